package io.bailiwick.router.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DictTest {
    private static Dict dict(Object value) {
        Map<String, Object> entries = new HashMap<>();
        entries.put("k", value);
        return Dict.at("CALL[2]", entries);
    }

    private static void refused(String text, Executable read) {
        assertEquals(
                "CALL[2].k: expected " + text,
                assertThrows(ProtocolViolation.class, read).getMessage());
    }

    @Test
    void few_entries_are_a_map_as_any_other() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1L);
        map.put("b", null);
        map.put("c", "x");
        Dict few = Dict.read("CALL[2]", new String[] {"a", "b", "c"}, new Object[] {1L, null, "x"}, 20);
        assertEquals(Dict.of(map), few);
        assertEquals(few, Dict.of(map));
        assertEquals(Dict.of(map).hashCode(), few.hashCode());
        assertEquals(map.toString(), few.toString());
        assertEquals(List.copyOf(map.keySet()), List.copyOf(few.entries().keySet()));
        assertTrue(few.entries().containsKey("b"));
        assertFalse(few.has("b"));
        assertFalse(few.entries().containsKey("d"));
        assertEquals(20, few.size());
        assertEquals(4, few.with("d", 1).entries().size());
        assertThrows(UnsupportedOperationException.class, () -> few.entries().put("d", 1));
        assertThrows(UnsupportedOperationException.class, () -> few.entries().remove("a"));
        assertThrows(UnsupportedOperationException.class, () -> few.entries().clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> few.entries().entrySet().iterator().next().setValue(2));
        assertEquals(
                "CALL[2].c: expected a boolean, but found a string",
                assertThrows(ProtocolViolation.class, () -> few.flag("c", false))
                        .getMessage());
    }

    @Test
    void an_absent_key_and_a_null_are_the_same() {
        for (Dict dict : List.of(Dict.EMPTY, dict(null))) {
            assertFalse(dict.has("k"));
            assertTrue(dict.flag("k", true));
            assertFalse(dict.flag("k", false));
            assertEquals(Optional.empty(), dict.text("k"));
            assertNull(dict.textOrNull("k"));
            assertEquals(OptionalLong.empty(), dict.integer("k"));
            assertTrue(dict.dict("k").isEmpty());
            assertEquals(Optional.empty(), dict.texts("k"));
            assertEquals(Optional.empty(), dict.ids("k"));
        }
    }

    @Test
    void a_known_key_of_the_wrong_type_is_a_violation() {
        refused("a boolean, but found an integer", () -> dict(1L).flag("k", true));
        refused("a string, but found a boolean", () -> dict(true).text("k"));
        refused("a string, but found binary", () -> dict(new byte[0]).textOrNull("k"));
        refused("an integer, but found a string", () -> dict("1").integer("k"));
        refused("an integer, but found a float", () -> dict(1.5).integer("k"));
        refused("an integer, but found a float", () -> dict(1e300).integer("k"));
        refused("an integer, but found a float", () -> dict(Double.NaN).integer("k"));
        refused("an integer, but found an integer of more than 64 bits", () -> dict(BigInteger.TEN.pow(20))
                .integer("k"));
        refused("a dictionary, but found a list", () -> dict(List.of()).dict("k"));
        refused("a list of strings, but found a dictionary", () -> dict(Map.of())
                .texts("k"));
        refused("a list of strings, but found a list with an integer", () -> dict(List.of("a", 1L))
                .texts("k"));
        refused("a list of strings, but found a list with null", () -> dict(Arrays.asList("a", null))
                .texts("k"));
    }

    @Test
    void ids_in_a_list_are_from_1_to_2_to_the_53() {
        assertEquals(
                Optional.of(List.of(1L, 1L << 53, 7L)),
                dict(List.of(1L, 1L << 53, 7.0)).ids("k"));
        for (Object wrong : List.of(0L, -1L, (1L << 53) + 1, 1.5, "1", BigInteger.TEN.pow(20))) {
            assertThrows(ProtocolViolation.class, () -> dict(List.of(wrong)).ids("k"));
        }
    }

    @Test
    void an_empty_list_is_not_an_absent_one() {
        assertEquals(Optional.of(List.of()), dict(List.of()).texts("k"));
        assertEquals(Optional.of(List.of()), dict(List.of()).ids("k"));
    }

    @Test
    void a_whole_float_is_an_integer() {
        assertEquals(OptionalLong.of(-5), dict(-5.0).integer("k"));
        assertEquals(OptionalLong.of(1L << 53), dict(0x1p53).integer("k"));
    }

    @Test
    void a_dictionary_inside_names_its_place() {
        Dict inner = dict(Map.of("a", 1L)).dict("k");
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> inner.text("a"));
        assertEquals("CALL[2].k.a: expected a string, but found an integer", violation.getMessage());
    }

    @Test
    void entries_are_copied_keep_their_order_and_cannot_be_changed() {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("z", 1L);
        entries.put("a", null);
        Dict dict = Dict.of(entries);
        entries.clear();
        assertEquals(List.of("z", "a"), List.copyOf(dict.entries().keySet()));
        assertThrows(UnsupportedOperationException.class, () -> dict.entries().clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> Dict.owned("HELLO[2]", new HashMap<>()).entries().put("a", 1));
    }

    @Test
    void with_adds_or_replaces_and_leaves_the_old_one() {
        Dict dict = Dict.of("a", 1L, "b", 2L);
        assertEquals(Dict.of("a", 3L, "b", 2L), dict.with("a", 3L));
        assertEquals(Dict.of(Map.of("a", 1L, "b", 2L, "c", 3L)), dict.with("c", 3L));
        assertEquals(2, dict.entries().size());
        assertEquals(dict.hashCode(), Dict.of("b", 2L, "a", 1L).hashCode());
    }

    @Test
    void a_violation_never_repeats_a_long_key_or_control_characters() {
        String key = "\u001b[2J\r" + "x".repeat(10_000);
        String text = assertThrows(
                        ProtocolViolation.class, () -> Dict.of(key, 1L).flag(key, false))
                .getMessage();
        assertTrue(text.length() < 200, text);
        assertTrue(text.chars().noneMatch(Character::isISOControl), text);
    }
}
