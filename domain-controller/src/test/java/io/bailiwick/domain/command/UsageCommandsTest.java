package io.bailiwick.domain.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageCommandsTest {
    @Test
    void a_line_of_csv_is_as_rfc_4180_has_it() {
        assertEquals("a,1,\r\n", UsageCommands.csv(Arrays.asList("a", 1L, null)));
        assertEquals(",b\r\n", UsageCommands.csv(Arrays.asList("", "b")));
        assertEquals(
                "\"a,b\",\"say \"\"no\"\"\",\"two\r\nlines\"\r\n",
                UsageCommands.csv(List.of("a,b", "say \"no\"", "two\r\nlines")));
    }
}
