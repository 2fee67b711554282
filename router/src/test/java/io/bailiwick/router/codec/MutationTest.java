package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Broken bytes: nothing but a violation may come of them, and what is accepted must be sound. */
class MutationTest {
    private static final int ROUNDS = 20_000;
    private static final long BOUND_NANOS = 50_000_000;

    private final Random random = new Random(4_711);

    private byte[] mutated(List<byte[]> corpus) {
        byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            bytes = mutated(bytes, corpus);
        }
        return bytes;
    }

    private byte[] mutated(byte[] bytes, List<byte[]> corpus) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes[at] = one("[]{},:\"\\01.-eE \u0080\u009f\u00bf\u00c0\u00d9\u00dd\u00df\u00ed\u00ff");
            case 3 -> bytes = Arrays.copyOf(bytes, at + 1);
            case 4 -> bytes = spliced(bytes, at, bytes, at);
            default -> bytes = spliced(bytes, at, corpus.get(random.nextInt(corpus.size())), -1);
        }
        return bytes;
    }

    private byte one(String octets) {
        return (byte) octets.charAt(random.nextInt(octets.length()));
    }

    /** The first so many bytes, and the end of another, or the same with a piece twice. */
    private byte[] spliced(byte[] bytes, int to, byte[] other, int from) {
        int start = from >= 0 ? Math.max(0, from - random.nextInt(9)) : random.nextInt(other.length);
        byte[] result = Arrays.copyOf(bytes, to + other.length - start);
        System.arraycopy(other, start, result, to, other.length - start);
        return result.length == 0 ? bytes : result;
    }

    private static List<byte[]> corpus(Format format) {
        List<byte[]> corpus = new ArrayList<>();
        Samples.all(format).forEach(message -> corpus.add(Samples.write(format, message)));
        return corpus;
    }

    @ParameterizedTest
    @EnumSource
    void broken_bytes_are_refused_as_a_violation_or_sound(Format format) {
        List<byte[]> corpus = corpus(format);
        int accepted = 0;
        int slow = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(corpus);
            long start = System.nanoTime();
            try {
                Message message = Samples.read(format, bytes.clone());
                accepted++;
                byte[] written = Samples.write(format, message);
                assertArrayEquals(written, Samples.write(format, Samples.read(format, written)));
                decodeInAllFormats(format, message);
            } catch (ProtocolViolation refused) {
                assertTrue(refused.getMessage().length() < 200, refused.getMessage());
            } catch (RuntimeException | StackOverflowError failure) {
                fail(HexFormat.of().formatHex(bytes), failure);
            }
            slow += System.nanoTime() - start > BOUND_NANOS ? 1 : 0;
        }
        assertTrue(accepted > 100, accepted + " accepted");
        assertTrue(slow < 10, slow + " inputs took more than 50 ms");
    }

    private static void decodeInAllFormats(Format format, Message message) {
        if (message instanceof Message.Publish publish) {
            Payloads.decode(publish.payload());
        }
        for (Format other : Format.values()) {
            try {
                Samples.read(other, Samples.write(other, message));
            } catch (UntranslatablePayloadException noForm) {
                assertTrue(format != other, noForm.getMessage());
            }
        }
    }

    /** Jackson, set as strict as it can be, is the judge; it does not see all faults of UTF-8. */
    @Test
    void json_is_accepted_where_jackson_accepts_it_and_nowhere_else() {
        ObjectMapper jackson = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                .build();
        List<byte[]> corpus = corpus(Format.JSON);
        List<String> known = List.of("UTF-8", "surrogate", "range of a double", "expected a list", "digits");
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(corpus);
            String refusal = refusal(Format.JSON, bytes);
            boolean sound = accepts(jackson, bytes);
            if (refusal == null) {
                assertTrue(sound, () -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
            } else if (sound) {
                assertTrue(
                        known.stream().anyMatch(refusal::contains),
                        () -> refusal + " " + HexFormat.of().formatHex(bytes));
            }
        }
    }

    @Test
    void cbor_is_accepted_where_jackson_accepts_it() {
        ObjectMapper jackson = CBORMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        List<byte[]> corpus = corpus(Format.CBOR);
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(corpus);
            if (refusal(Format.CBOR, bytes) == null) {
                accepted++;
                assertTrue(accepts(jackson, bytes), () -> HexFormat.of().formatHex(bytes));
            }
        }
        assertTrue(accepted > 100, accepted + " accepted");
    }

    private static String refusal(Format format, byte[] bytes) {
        try {
            RawCheck.of(format, TokenReader.of(format, bytes, 0, bytes.length));
            return null;
        } catch (ProtocolViolation refused) {
            return refused.getMessage();
        }
    }

    private static boolean accepts(ObjectMapper jackson, byte[] bytes) {
        try {
            return !jackson.readTree(bytes).isMissingNode();
        } catch (IOException refused) {
            return false;
        }
    }
}
