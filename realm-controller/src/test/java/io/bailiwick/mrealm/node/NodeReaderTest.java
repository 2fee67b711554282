package io.bailiwick.mrealm.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodeReaderTest {
    private static final String OWNER = UUID.randomUUID().toString();
    private final NodeReader reader = new NodeReader();

    private static Map<String, @Nullable Object> row(String authid) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("oid", UUID.randomUUID().toString());
        row.put("label", null);
        row.put("tags", List.of("a", "b"));
        row.put("owner_oid", OWNER);
        row.put("pubkey", authid.repeat(4));
        row.put("authid", authid);
        row.put("authextra", Map.of("number", 1L, "deep", Map.of("real", 0.5)));
        return row;
    }

    private static Payload result(@Nullable Object... rows) {
        return Payloads.encode(Format.CBOR, Arguments.of(Arrays.asList(rows)));
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void a_list_has_the_nodes_that_its_rows_tell(Format format) {
        List<Map<String, @Nullable Object>> rows = List.of(row("a"), row("b"), row("c"));
        NodeReader.Page page = reader.page(Payloads.encode(format, Arguments.of(rows)));
        assertEquals(rows.stream().map(Node::of).toList(), page.nodes());
        assertEquals(rows, page.nodes().stream().map(Node::row).toList());
        assertEquals("c", page.last());
    }

    @Test
    void what_nodes_of_a_list_have_in_common_is_kept_once() {
        Node first = reader.page(result(row("a"))).nodes().get(0);
        List<Node> more = reader.page(result(row("b"), row("c"))).nodes();
        for (Node node : more) {
            assertTrue(node.sharesWith(first, "owner_oid"));
            assertTrue(node.sharesWith(first, "tags"));
            assertFalse(node.sharesWith(first, "pubkey"));
        }
        assertTrue(reader.node(row("d")).sharesWith(first, "owner_oid"));
    }

    @Test
    void rows_of_other_names_are_told_whole_and_leave_those_before_them_as_they_were() {
        Map<String, @Nullable Object> longer = row("b");
        longer.put("news", 1L);
        Map<String, @Nullable Object> shorter = row("c");
        shorter.remove("label");
        List<Map<String, @Nullable Object>> rows = List.of(row("a"), longer, shorter, row("d"));
        NodeReader.Page page = reader.page(result(rows.toArray()));
        assertEquals(rows, page.nodes().stream().map(Node::row).toList());
        assertEquals(
                List.copyOf(longer.keySet()),
                List.copyOf(page.nodes().get(1).row().keySet()));
    }

    @Test
    void rows_of_no_node_are_left_out_and_the_last_name_is_told_all_the_same() {
        Map<String, @Nullable Object> nameless = row("x");
        nameless.remove("authid");
        Map<String, @Nullable Object> strange = row("z");
        strange.put("oid", "no oid");
        NodeReader.Page page = reader.page(result(nameless, row("y"), "no row", List.of(1L), strange, null));
        assertEquals(List.of("y"), page.nodes().stream().map(Node::authid).toList());
        assertEquals("z", page.last());
    }

    @Test
    void a_list_of_none_has_no_last_name() {
        assertEquals(new NodeReader.Page(List.of(), ""), reader.page(result()));
    }

    @Test
    void a_result_without_a_list_is_refused() {
        assertThrows(IllegalStateException.class, () -> reader.page(Payload.EMPTY));
        assertThrows(
                IllegalStateException.class,
                () -> reader.page(Payloads.encode(Format.CBOR, Arguments.of("nothing of the kind"))));
    }
}
