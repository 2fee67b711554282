package io.bailiwick.mrealm.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PairedNodesTest {
    private final PairedNodes paired = new PairedNodes();
    private final Node b = new Node(UUID.randomUUID(), "b", Map.of());
    private final Node a = new Node(UUID.randomUUID(), "a", Map.of());

    @Test
    void nodes_are_found_by_object_id_and_by_authid() {
        paired.add(b);
        assertEquals(Optional.of(b), paired.find("b"));
        assertEquals(Optional.of(b), paired.find(b.oid().toString()));
        assertEquals(Optional.empty(), paired.find("c"));
        assertEquals(Optional.empty(), paired.find(a.oid().toString()));
    }

    @Test
    void a_node_that_is_called_like_the_object_id_of_another_is_not_taken_for_it() {
        paired.add(a);
        Node impostor = new Node(UUID.randomUUID(), a.oid().toString(), Map.of());
        Node shouting = new Node(UUID.randomUUID(), a.oid().toString().toUpperCase(Locale.ROOT), Map.of());
        paired.add(impostor);
        paired.add(shouting);
        assertEquals(Optional.of(a), paired.find(impostor.authid()));
        assertEquals(Optional.of(a), paired.find(shouting.authid()));
        assertEquals(Optional.of(impostor), paired.find(impostor.oid().toString()));
        paired.remove(a.oid());
        assertEquals(Optional.of(impostor), paired.find(impostor.authid()), "it still has its name");
    }

    @Test
    void what_the_jdk_alone_takes_for_a_uuid_is_an_authid() {
        Node small = new Node(UUID.fromString("00000001-0002-0003-0004-000000000005"), "a", Map.of());
        Node named = new Node(UUID.randomUUID(), "1-2-3-4-5", Map.of());
        paired.add(small);
        paired.add(named);
        assertEquals(Optional.of(named), paired.find("1-2-3-4-5"));
    }

    @Test
    void all_nodes_come_in_order_of_authid() {
        paired.add(b);
        paired.add(a);
        assertEquals(List.of(a, b), paired.all());
    }

    @Test
    void a_node_paired_anew_under_the_same_name_replaces_the_old_one() {
        paired.add(a);
        Node again = new Node(UUID.randomUUID(), "a", Map.of());
        paired.add(again);
        assertEquals(List.of(again), paired.all());
        assertEquals(Optional.empty(), paired.find(a.oid().toString()));
        assertEquals(Optional.empty(), paired.remove(a.oid()));
        assertEquals(Optional.of(again), paired.byAuthid("a"));
    }

    @Test
    void a_node_that_was_renamed_is_there_once() {
        paired.add(a);
        Node renamed = new Node(a.oid(), "z", Map.of());
        paired.add(renamed);
        assertEquals(List.of(renamed), paired.all());
    }

    @Test
    void a_row_from_the_wire_needs_object_id_and_authid() {
        Node node = Node.of(Map.of("oid", a.oid().toString(), "authid", "a", "later", 1L));
        assertEquals(a.oid(), node.oid());
        assertEquals(1L, node.row().get("later"), "what later domains add is kept");
        String text = assertThrows(
                        IllegalArgumentException.class,
                        () -> Node.of(Map.of("oid", a.oid().toString())))
                .getMessage();
        assertTrue(text.contains("authid"), text);
        assertThrows(IllegalArgumentException.class, () -> Node.of("a"));
    }

    @Test
    void what_a_row_has_in_common_with_another_is_kept_once_and_every_row_is_told_whole() {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("oid", a.oid().toString());
        row.put("label", null);
        row.put("owner_oid", UUID.randomUUID().toString());
        row.put("pubkey", "11");
        row.put("authid", "a");
        Map<String, Object> second = new LinkedHashMap<>();
        row.forEach((name, value) -> second.put(new String(name.toCharArray()), value));
        second.put("oid", b.oid().toString());
        second.put("owner_oid", String.valueOf(row.get("owner_oid")).concat(""));
        second.put("pubkey", "22");
        second.put("authid", "b");
        Node one = Node.of(row);
        Node two = Node.of(second, one);
        assertEquals(row, one.row());
        assertEquals(second, two.row());
        assertEquals(List.copyOf(row.keySet()), List.copyOf(two.row().keySet()));
        assertTrue(two.sharesWith(one, "owner_oid"));
        assertFalse(two.sharesWith(one, "pubkey"));
        second.put("news", 1L);
        assertEquals(second, Node.of(second, one).row());
    }
}
