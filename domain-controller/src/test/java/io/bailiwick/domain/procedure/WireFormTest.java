package io.bailiwick.domain.procedure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.domain.schema.Node;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WireFormTest {
    @Test
    void the_wire_form_of_a_node_is_the_one_that_every_row_has() {
        Node bare = new Node(UUID.randomUUID(), null, null, null, UUID.randomUUID(), "ab", null, null, null, null);
        Node paired = bare.described("l", "d", List.of("t"), "10.0.0.1", null)
                .pairedTo(UUID.randomUUID(), "n1", UUID.randomUUID(), "10.0.0.2", Map.of("a", Map.of("b", 1)));
        for (Node node : List.of(bare, paired)) {
            Map<String, Object> expected = WireForm.converted(node);
            Map<String, Object> row = WireForm.of(node);
            assertEquals(expected, row);
            assertEquals(List.copyOf(expected.keySet()), List.copyOf(row.keySet()));
        }
    }
}
