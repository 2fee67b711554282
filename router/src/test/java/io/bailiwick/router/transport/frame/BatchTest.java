package io.bailiwick.router.transport.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches, octet by octet. */
@Conforms(Feature.BATCHED)
class BatchTest {

    private static byte[] join(Batch batch, List<String> messages) {
        ByteBuf joined = Unpooled.buffer();
        for (String message : messages) {
            int start = batch.room();
            ByteBuf one = Unpooled.buffer().writerIndex(start);
            one.writeCharSequence(message, StandardCharsets.UTF_8);
            batch.mark(one, start);
            joined.writeBytes(one);
        }
        return ByteBufUtil.getBytes(joined);
    }

    private static List<String> split(Batch batch, byte[] octets) {
        List<String> messages = new ArrayList<>();
        batch.split(octets, 0, octets.length, 1 << 20, (bytes, from, to) -> messages.add(text(bytes, from, to)));
        return messages;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    @Test
    void in_json_each_message_is_followed_by_0x1e() {
        assertEquals("5b315d1e5b325d1e", hex(join(new Batch(true), List.of("[1]", "[2]"))));
        assertEquals(
                List.of("[1]", "[2]"), split(new Batch(true), HexFormat.of().parseHex("5b315d1e5b325d1e")));
    }

    @Test
    void in_binary_each_message_has_its_length_in_four_octets_in_front() {
        assertEquals("0000000161000000026263", hex(join(new Batch(false), List.of("a", "bc"))));
        assertEquals(List.of("a", "bc"), split(new Batch(false), HexFormat.of().parseHex("0000000161000000026263")));
    }

    @ParameterizedTest
    @CsvSource({"5b5d185b5d18, 18", "5b5d1e5b5d1e, 1e", "5b5d185b5d1e, 18", "5b5d1e5b5d18, 1e"})
    void both_separators_are_read_and_the_first_one_is_answered_with(String heard, String answered) {
        Batch batch = new Batch(true);
        assertEquals(List.of("[]", "[]"), split(batch, HexFormat.of().parseHex(heard)));
        assertEquals("5b5d" + answered, hex(join(batch, List.of("[]"))));
        split(batch, HexFormat.of().parseHex("5b5d1e"));
        assertEquals("5b5d" + answered, hex(join(batch, List.of("[]"))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_batch_of_nothing_is_no_batch(boolean text) {
        var refusal = assertThrows(ProtocolViolation.class, () -> split(new Batch(text), new byte[0]));
        assertEquals("batch: expected at least one message, but found none", refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true|5b5d|expected a separator (0x1E) behind each message, but found the end of the batch",
                "true|5b5d1e5b5d|expected a separator (0x1E) behind each message, but found the end of the batch",
                "false|000000|expected a length of 4 octets before each message, but found 3 octets",
                "false|000000016100|expected a length of 4 octets before each message, but found 1 octets",
                "false|0000000261|expected a message of 2 bytes, but found 1 bytes",
                "false|ffffffff61|expected a message of 4294967295 bytes, but found 1 bytes"
            })
    void a_batch_that_ends_too_early_is_refused(boolean text, String octets, String why) {
        byte[] batch = HexFormat.of().parseHex(octets);
        var refusal = assertThrows(ProtocolViolation.class, () -> split(new Batch(text), batch));
        assertEquals("batch: " + why, refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_limit_of_a_message_holds_for_each(boolean text) {
        byte[] batch = join(new Batch(text), List.of("1234", "12345"));
        List<String> taken = new ArrayList<>();
        var refusal = assertThrows(ProtocolViolation.class, () -> new Batch(text)
                .split(batch, 0, batch.length, 4, (bytes, from, to) -> taken.add(text(bytes, from, to))));
        assertEquals("message in a batch: expected at most 4 bytes, but found 5 bytes", refusal.getMessage());
        assertEquals(List.of("1234"), taken);
    }

    @Test
    void a_batch_may_have_16384_messages_and_no_more() {
        byte[] most = new byte[Batch.MAX_MESSAGES * Batch.MARK];
        assertEquals(Batch.MAX_MESSAGES, split(new Batch(false), most).size());
        var refusal = assertThrows(
                ProtocolViolation.class, () -> split(new Batch(false), new byte[most.length + Batch.MARK]));
        assertEquals("batch: expected at most 16384 messages, but found more", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatever_is_put_together_comes_apart_again(boolean text) {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            List<String> messages = new ArrayList<>();
            for (int i = random.nextInt(20); i >= 0; i--) {
                messages.add("[" + "\u00e9x".repeat(random.nextInt(100)) + "]");
            }
            Batch batch = new Batch(text);
            assertEquals(messages, split(batch, join(batch, messages)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_batch_may_lie_in_the_middle_of_an_array_and_its_messages_are_not_copied(boolean text) {
        byte[] batch = join(new Batch(text), List.of("[1]", "[2]"));
        byte[] array = new byte[batch.length + 9];
        System.arraycopy(batch, 0, array, 5, batch.length);
        List<String> messages = new ArrayList<>();
        new Batch(text).split(array, 5, 5 + batch.length, 9, (bytes, from, to) -> {
            assertSame(array, bytes);
            messages.add(text(bytes, from, to));
        });
        assertEquals(List.of("[1]", "[2]"), messages);
    }
}
