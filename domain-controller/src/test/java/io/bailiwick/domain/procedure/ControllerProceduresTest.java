package io.bailiwick.domain.procedure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.domain.schema.Node;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ControllerProceduresTest {
    @Test
    void a_controller_is_told_of_a_node_in_the_wire_form_of_its_row() {
        Node bare = new Node(UUID.randomUUID(), null, null, null, UUID.randomUUID(), "ab", null, null, null, null);
        Node paired = bare.described("l", "d", List.of("t"), "10.0.0.1", null)
                .pairedTo(UUID.randomUUID(), "n1", UUID.randomUUID(), "10.0.0.2", Map.of("a", Map.of("b", 1)));
        for (Node node : List.of(bare, paired)) {
            Map<String, Object> expected = WireForm.of(node);
            Map<String, Object> row = ControllerProcedures.row(node);
            assertEquals(expected, row);
            assertEquals(List.copyOf(expected.keySet()), List.copyOf(row.keySet()));
        }
    }
}
