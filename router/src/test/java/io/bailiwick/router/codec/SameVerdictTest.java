package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same structure gets the same verdict, and the same meaning, in all three formats. */
class SameVerdictTest {
    private static final int ROUNDS = 20_000;

    private final Random random = new Random(20_261_121);

    /** The elements of each message type: i id, d dictionary, t text, r code of a request, p arguments. */
    private static final Map<Integer, String> SHAPES = Map.ofEntries(
            Map.entry(1, "td"),
            Map.entry(2, "id"),
            Map.entry(3, "dt"),
            Map.entry(4, "td"),
            Map.entry(5, "td"),
            Map.entry(6, "dt"),
            Map.entry(8, "ridtp"),
            Map.entry(16, "idtp"),
            Map.entry(17, "ii"),
            Map.entry(32, "idt"),
            Map.entry(33, "ii"),
            Map.entry(34, "ii"),
            Map.entry(35, "i"),
            Map.entry(36, "iidp"),
            Map.entry(337, "i"),
            Map.entry(48, "idtp"),
            Map.entry(49, "id"),
            Map.entry(50, "idp"),
            Map.entry(64, "idt"),
            Map.entry(65, "ii"),
            Map.entry(66, "ii"),
            Map.entry(67, "i"),
            Map.entry(68, "iidp"),
            Map.entry(69, "id"),
            Map.entry(70, "idp"));

    @Test
    void valid_and_mutated_structures_get_one_verdict_and_one_meaning() {
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Object> message = message();
            for (int faults = random.nextInt(3); faults > 0; faults--) {
                breakSomething(message);
            }
            Optional<String> json = meaning(Format.JSON, message);
            assertEquals(json, meaning(Format.MSGPACK, message), () -> "round " + message);
            assertEquals(json, meaning(Format.CBOR, message), () -> "round " + message);
            accepted += json.isPresent() ? 1 : 0;
        }
        assertTrue(accepted > ROUNDS / 4 && accepted < 3 * ROUNDS / 4, accepted + " of " + ROUNDS + " accepted");
    }

    /** What the message means, in one form for all formats; nothing if it is refused. */
    private static Optional<String> meaning(Format format, Object structure) {
        Message message;
        try {
            message = Samples.read(format, Rendering.of(format, structure));
        } catch (ProtocolViolation refused) {
            return Optional.empty();
        }
        Format detour = format == Format.CBOR ? Format.MSGPACK : Format.CBOR;
        Message again = Samples.read(detour, Samples.write(detour, message));
        return Optional.of(new String(Samples.write(Format.JSON, again), StandardCharsets.UTF_8));
    }

    // ---- valid messages

    private List<Object> message() {
        List<Integer> codes = SHAPES.keySet().stream().sorted().toList();
        int code = codes.get(random.nextInt(codes.size()));
        List<Object> elements = new ArrayList<>();
        elements.add(code);
        for (char element : SHAPES.get(code).toCharArray()) {
            switch (element) {
                case 'i' -> elements.add(1 + (random.nextLong() >>> 11));
                case 'd' -> elements.add(dict(2));
                case 't' -> elements.add(text());
                case 'r' -> elements.add(one(16, 32, 34, 48, 64, 66, 68));
                default -> arguments(elements);
            }
        }
        if (code == 1 && random.nextInt(4) == 0) {
            elements.set(1, null);
        }
        return elements;
    }

    private void arguments(List<Object> elements) {
        int form = random.nextInt(8);
        if (form == 0) {
            return;
        }
        elements.add(form == 1 ? null : list(3));
        if (form > 4) {
            elements.add(form == 5 ? null : payloadDict(3));
        }
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 10 : 8)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong() >> random.nextInt(64);
            case 3 -> new BigInteger(64, random);
            case 4 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case 5, 6 -> text();
            case 7 -> binary();
            case 8 -> list(depth - 1);
            default -> payloadDict(depth - 1);
        };
    }

    /** A value but binary, which JSON does not tell from text in a header. */
    private Object element(int depth) {
        Object value = value(depth);
        return value instanceof byte[] ? "binary" : value;
    }

    private byte[] binary() {
        byte[] binary = new byte[random.nextInt(5)];
        random.nextBytes(binary);
        return binary;
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(depth));
        }
        return list;
    }

    private Map<String, Object> payloadDict(int depth) {
        Map<String, Object> dict = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            dict.put(text(), value(depth));
        }
        return dict;
    }

    /** A dictionary of a header: without binary, which JSON does not tell from text there. */
    private Map<String, Object> dict(int depth) {
        Map<String, Object> dict = new LinkedHashMap<>();
        payloadDict(depth).forEach((key, value) -> dict.put(key, value instanceof byte[] ? "binary" : value));
        dict.values().removeIf(value -> value instanceof List || value instanceof Map);
        if (random.nextInt(8) == 0) {
            dict.put("enc_algo", one("cryptobox", null));
        }
        return dict;
    }

    private String text() {
        return String.valueOf(one(
                "", "a", "com.example.x", "né", "節点", "🚀\"\\/", "tab\t\r\n\u0001", "enc", "k" + random.nextInt(20)));
    }

    @SafeVarargs
    private <T> T one(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    // ---- faults

    private void breakSomething(List<Object> message) {
        int index = message.isEmpty() ? 0 : random.nextInt(message.size());
        switch (random.nextInt(12)) {
            case 0 -> message.add(element(2));
            case 1 -> message.add(index, element(1));
            case 2 -> replace(message, index, odd());
            case 3 -> replace(message, index, element(2));
            case 4 ->
                replace(
                        message,
                        index,
                        new Rendering.Octets(Arrays.copyOf(
                                new byte[] {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80}, 1 + random.nextInt(4))));
            case 5 -> replace(message, index, new Rendering.Entries(List.of("a", one("a", "b")), List.of(1, 2)));
            case 6 ->
                replace(message, index, new Rendering.Entries(List.of(one("a", 1, 1.5, true, List.of())), List.of(1)));
            case 7 -> replace(message, index, nested(61 + random.nextInt(4)));
            case 8 -> replace(message, 0, one(0, 7, 9, 37, 71, 336, 48.0, 48.5, "48", -48));
            case 9 -> message.add(one(null, List.of(), Map.of(), "opaque", List.of(1), Map.of("k", 1)));
            case 10 -> replace(message, index, text());
            default -> {
                if (!message.isEmpty()) {
                    message.remove(message.size() - 1);
                }
            }
        }
    }

    private Object odd() {
        return one(
                0,
                -1,
                1L << 53,
                (1L << 53) + 1,
                9.007199254740992E15,
                1.0,
                1.5,
                -0.0,
                1e300,
                Long.MIN_VALUE,
                new BigInteger("18446744073709551615"),
                true,
                "",
                null);
    }

    private static void replace(List<Object> message, int index, Object value) {
        if (index < message.size()) {
            message.set(index, value);
        }
    }

    private static Object nested(int depth) {
        Object value = 1;
        for (int i = 0; i < depth; i++) {
            value = List.of(value);
        }
        return value;
    }
}
