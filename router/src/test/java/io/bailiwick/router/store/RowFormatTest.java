package io.bailiwick.router.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RowFormatTest {
    enum Colour {
        RED,
        DARK_BLUE
    }

    enum Numbered {
        ONE(1),
        TWO(2);

        private final int code;

        Numbered(int code) {
            this.code = code;
        }

        @JsonValue
        int code() {
            return code;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // to see how an array is written
    record Everything(
            UUID someOid,
            Instant createdAt,
            Duration every,
            Colour colour,
            Numbered numbered,
            byte[] bytes,
            double ratio,
            long big,
            List<String> tags,
            Map<String, Object> extra,
            Inner inner,
            @Nullable String absent) {
        public boolean isDerived() {
            return true;
        }

        public String getOther() {
            return "other";
        }
    }

    record Inner(int aB) {}

    record Plain(String name, @Nullable Integer size) {}

    record Open(String name, @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {
        Open {
            unknown = unknown == null ? Map.of() : unknown;
        }
    }

    record Empty() {}

    record Defaulted(List<String> tags, long count) {
        Defaulted {
            tags = tags == null ? List.of() : tags;
        }
    }

    private static final byte[] KEY = {1};

    @Test
    void everyTypeHasItsNeutralForm() {
        RowFormat<Everything> format = new RowFormat<>("t", Everything.class);
        Everything row = new Everything(
                UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f"),
                Instant.parse("2026-11-21T10:00:00.123456789Z"),
                Duration.ofMillis(1500),
                Colour.DARK_BLUE,
                Numbered.TWO,
                new byte[] {0, -1},
                0.1,
                Long.MAX_VALUE,
                List.of("a"),
                Map.of("k", 1),
                new Inner(3),
                null);
        String json = text(format.bytes(row, null));
        assertEquals(
                "{\"some_oid\":\"00010203-0405-0607-0809-0a0b0c0d0e0f\",\"created_at\":\"2026-11-21T10:00:00.123456789Z\","
                        + "\"every\":\"PT1.5S\",\"colour\":\"DARK_BLUE\",\"numbered\":2,\"bytes\":\"AP8=\",\"ratio\":0.1,"
                        + "\"big\":9223372036854775807,\"tags\":[\"a\"],\"extra\":{\"k\":1},\"inner\":{\"a_b\":3}}",
                json);
        Everything read = format.row(KEY, format.bytes(row, null));
        assertEquals(json, text(format.bytes(read, null)));
        assertEquals(row.createdAt(), read.createdAt());
        assertEquals(Numbered.TWO, read.numbered());
        assertArrayEquals(row.bytes(), read.bytes());
        assertNull(read.absent());
    }

    @Test
    void unknownAttributesAreKeptWhenARecordDoesNotKnowThem() {
        RowFormat<Plain> format = new RowFormat<>("t", Plain.class);
        byte[] later = bytes("{\"name\":\"a\",\"size\":1,\"cf_router\":{\"x\":[1.10,1e400,null]},\"nothing\":null}");
        assertEquals(new Plain("a", 1), format.row(KEY, later));
        assertEquals(
                "{\"name\":\"b\",\"cf_router\":{\"x\":[1.10,1E+400,null]},\"nothing\":null}",
                text(format.bytes(new Plain("b", null), later)));
    }

    @Test
    void unknownAttributesAreShownToARecordThatAsksForThem() {
        RowFormat<Open> format = new RowFormat<>("t", Open.class);
        byte[] later = bytes("{\"name\":\"a\",\"x\":1.50,\"y\":{\"z\":[true]}}");
        Open read = format.row(KEY, later);
        assertEquals("a", read.name());
        assertEquals(List.of("x", "y"), List.copyOf(read.unknown().keySet()));
        assertEquals("{\"name\":\"a\",\"x\":1.50,\"y\":{\"z\":[true]}}", text(format.bytes(read, later)));
        assertEquals("{\"name\":\"a\"}", text(format.bytes(new Open("a", Map.of()), later)));
        assertEquals(Map.of(), format.row(KEY, bytes("{\"name\":\"a\"}")).unknown());
    }

    @Test
    void aNullIsRefusedWhereTheRecordDoesNotAllowIt() {
        RowFormat<Plain> format = new RowFormat<>("t", Plain.class);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> format.bytes(new Plain(null, 1), null));
        assertTrue(e.getMessage().contains("name") && e.getMessage().contains("t"), e.getMessage());
        assertThrows(IllegalStateException.class, () -> format.row(KEY, bytes("{\"size\":1}")));
    }

    @Test
    void aMissingAttributeIsWhatTheConstructorMakesOfNull() {
        RowFormat<Defaulted> format = new RowFormat<>("t", Defaulted.class);
        assertEquals(new Defaulted(List.of(), 0), format.row(KEY, bytes("{}")));
    }

    @Test
    void aRowThatCannotBeReadIsNamedWithoutItsValues() {
        RowFormat<Plain> format = new RowFormat<>("t", Plain.class);
        IllegalStateException e = assertThrows(
                IllegalStateException.class, () -> format.row(KEY, bytes("{\"name\":\"a\",\"size\":\"secret\"}")));
        assertTrue(e.getMessage().contains("size"), e.getMessage());
        assertFalse(e.toString().contains("secret"), e.toString());
        assertNull(e.getCause());
    }

    @Test
    void aRowWithoutComponentsIsOne() {
        RowFormat<Empty> format = new RowFormat<>("t", Empty.class);
        assertEquals("{}", text(format.bytes(new Empty(), null)));
        assertEquals("{\"later\":1}", text(format.bytes(new Empty(), bytes("{\"later\":1}"))));
        assertEquals(new Empty(), format.row(KEY, bytes("{}")));
    }

    @Test
    void aClassThatIsNoRecordIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RowFormat<>("t", String.class));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
