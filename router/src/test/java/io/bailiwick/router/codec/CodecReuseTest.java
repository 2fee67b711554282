package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a thread reads and writes with is used again for each message, and nothing of one is left for the next. */
class CodecReuseTest {
    private static final Payload SUM = Payloads.encode(Format.MSGPACK, Arguments.of(7));

    /** By a reader that has never read anything. */
    private static Message readAnew(Format format, byte[] bytes) {
        return new MessageReader(format, new KnownTexts()).read(bytes, 0, bytes.length);
    }

    /** By a writer that has never written anything. */
    private static byte[] writtenAnew(Format format, Message message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new MessageWriter(format).write(message, out);
        return out.toByteArray();
    }

    private static void isRefused(Format format, byte[] bytes) {
        assertThrows(ProtocolViolation.class, () -> Codec.of(format).read(bytes, 0, bytes.length));
    }

    // ---- violations

    @ParameterizedTest
    @EnumSource
    void a_message_cut_anywhere_leaves_nothing_for_the_next(Format format) {
        List<Message> samples = Samples.all(format);
        int next = 0;
        for (Message sample : samples) {
            byte[] bytes = Samples.write(format, sample);
            for (int length = 0; length < bytes.length; length++) {
                isRefused(format, Arrays.copyOf(bytes, length));
                Message good = samples.get(next++ % samples.size());
                assertEquals(good, Samples.read(format, Samples.write(format, good)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_fault_of_each_kind_leaves_nothing_for_the_next(Format format) {
        Object twice = new Rendering.Entries(List.of("a", "b", "a"), List.of(1, 2, 3));
        Object noText = new Rendering.Entries(List.of(7), List.of(1));
        Object notUtf8 = new Rendering.Octets(new byte[] {'a', (byte) 0xff});
        List<Object> faults = List.of(
                List.of(48, 1, Map.of(), "p", List.of(Map.of("k", twice))),
                List.of(48, 1, Map.of("k", 1), "p", List.of(Map.of("k", noText))),
                List.of(48, 1, Map.of("k", 1), notUtf8),
                List.of(48, 1, Map.of("k", 1), "p", nested(64)),
                List.of(48, 1, Map.of("enc_algo", "x"), "p", Collections.nCopies(100_000, 1)),
                List.of(48, 1, Map.of("enc_algo", "x"), "p", "opaque", List.of(1)),
                List.of(48, 1, Map.of("enc_algo", "x"), 7),
                List.of(48, 0, Map.of(), "p"),
                List.of(48, 1, Map.of()),
                List.of(8, 7, 1, Map.of("enc_algo", "x"), "e"),
                List.of(9),
                List.of("48"),
                List.of(),
                Map.of("a", 1));
        Object result = List.of(50, 1, Map.of(), List.of("after", Map.of("b", 1, "a", 2)));
        Object opaque = List.of(50, 1, Map.of(), "opaque");
        byte[] good = Rendering.of(format, result);
        Message expected = readAnew(format, good);
        for (Object fault : faults) {
            isRefused(format, Rendering.of(format, fault));
            assertEquals(expected, Samples.read(format, good), () -> "behind " + fault);
            isRefused(format, Rendering.of(format, fault));
            // The options of the message before said that a text is a payload; those of this one do not.
            isRefused(format, Rendering.of(format, opaque));
        }
    }

    private static Object nested(int depth) {
        Object value = List.of();
        for (int i = 1; i < depth; i++) {
            value = List.of(value);
        }
        return value;
    }

    @ParameterizedTest
    @EnumSource
    void what_cannot_be_written_leaves_nothing_for_the_next(Format format) throws IOException {
        Message half = new Message.Call(1, Dict.of("a", "b", "x", "\ud800"), "p", Payload.EMPTY);
        Payload notANumber = Payloads.encode(Format.CBOR, Arguments.of(List.of(1, Double.NaN)));
        Message foreign = new Message.Call(1, Dict.EMPTY, "p", notANumber);
        for (Message good : Samples.all(Format.CBOR)) {
            byte[] expected = writtenAnew(format, good);
            assertThrows(UntranslatablePayloadException.class, () -> Samples.write(format, half));
            assertArrayEquals(expected, Samples.write(format, good));
            if (format == Format.JSON) {
                assertThrows(UntranslatablePayloadException.class, () -> Samples.write(format, foreign));
                assertArrayEquals(expected, Samples.write(format, good));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_stream_that_fails_leaves_nothing_for_the_next(Format format) throws IOException {
        for (Message good : Samples.all(format)) {
            for (int allowed = 0; allowed < 3; allowed++) {
                OutputStream failing = new Failing(allowed);
                try {
                    Codec.of(format).write(good, failing);
                } catch (IOException expected) {
                    // Only some messages are written in so many pieces.
                }
                assertArrayEquals(writtenAnew(format, good), Samples.write(format, good));
            }
        }
    }

    /** Takes so many pieces. */
    private static final class Failing extends OutputStream {
        private int allowed;

        Failing(int allowed) {
            this.allowed = allowed;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[1], 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (allowed-- == 0) {
                throw new IOException("expected to fail");
            }
        }
    }

    // ---- one inside another

    @ParameterizedTest
    @EnumSource
    void a_stream_may_write_and_read_messages_itself(Format format) throws IOException {
        List<byte[]> inner = new ArrayList<>();
        Message other = new Message.Event(1, 2, Dict.of("topic", "com.example.inner"), SUM);
        Payload ownPiece = Payloads.encode(format, Arguments.of("so long that it is written by itself".repeat(100)));
        Message outer = new Message.Result(5, Dict.of("progress", true), ownPiece);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Codec.of(format).write(outer, new OutputStream() {
            @Override
            public void write(int octet) {
                out.write(octet);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                out.write(bytes, from, length);
                byte[] written = Samples.write(format, other);
                inner.add(Samples.write(format, Samples.read(format, written)));
            }
        });
        assertArrayEquals(writtenAnew(format, outer), out.toByteArray());
        assertTrue(inner.size() > 1);
        for (byte[] each : inner) {
            assertArrayEquals(writtenAnew(format, other), each);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_short_message_is_one_piece_on_the_stream(Format format) throws IOException {
        List<Integer> pieces = new ArrayList<>();
        Message message = new Message.Result(5, Dict.EMPTY, Payloads.encode(format, Arguments.of("text")));
        Codec.of(format).write(message, new OutputStream() {
            @Override
            public void write(int octet) {
                pieces.add(1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                pieces.add(length);
            }
        });
        assertEquals(List.of(writtenAnew(format, message).length), pieces);
    }

    /** A bean whose value is a message that it writes when it is asked. */
    public record Writing(Format format) {
        /** As text. */
        public String getText() {
            byte[] bytes = Samples.write(format, new Message.Result(9, Dict.of("inner", 1), SUM));
            return Arrays.toString(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_bean_may_write_messages_while_it_is_written(Format format) {
        Message message = new Message.Call(1, Dict.of("before", 1, "bean", new Writing(format)), "p", SUM);
        Message.Call read = (Message.Call) Samples.read(format, Samples.write(format, message));
        Map<?, ?> bean = (Map<?, ?>) read.options().entries().get("bean");
        assertEquals(new Writing(format).getText(), bean.get("text"));
        assertEquals(1L, read.options().entries().get("before"));
        assertEquals(List.of(7L), Payloads.decode(read.payload()).list());
    }

    @Test
    void threads_do_not_disturb_each_other() throws Exception {
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CyclicBarrier together = new CyclicBarrier(threads);
        try {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int shift = i;
                all.add(executor.submit((Callable<Integer>) () -> {
                    together.await();
                    return readAndWrite(shift);
                }));
            }
            for (Future<Integer> each : all) {
                assertTrue(each.get() > 1_000);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static int readAndWrite(int shift) {
        int done = 0;
        for (int round = 0; round < 20; round++) {
            for (Format format : Format.values()) {
                List<Message> samples = new ArrayList<>(Samples.all(format));
                Collections.rotate(samples, shift * 7 + round);
                for (Message sample : samples) {
                    assertEquals(sample, Samples.read(format, Samples.write(format, sample)));
                    done++;
                }
            }
        }
        return done;
    }

    // ---- memory

    @ParameterizedTest
    @EnumSource
    void a_thread_does_not_keep_what_a_large_message_has_needed(Format format) {
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            keys.add("k" + i);
        }
        Object large = new Rendering.Entries(keys, Collections.nCopies(keys.size(), 1));
        byte[] bytes = Rendering.of(format, List.of(48, 1, large, "p", List.of(large)));
        byte[] broken = Arrays.copyOf(bytes, bytes.length - 1);
        CodecTools own = CodecTools.of(format).get();
        for (int i = 0; i < 2; i++) {
            isRefused(format, broken);
            assertTrue(own.reader().kept() <= CodecTools.KEPT);
            Message message = Samples.read(format, bytes);
            assertTrue(own.reader().kept() <= CodecTools.KEPT);
            for (Format other : Format.values()) {
                Samples.write(other, message);
                CodecTools tools = CodecTools.of(other).get();
                MessageWriter writer = tools.takeWriter();
                assertTrue(writer.kept() <= 4 * CodecTools.KEPT, other + " keeps " + writer.kept());
                tools.giveBack(writer);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void reading_allocates_the_message_and_its_payload_and_writing_nothing(Format format) {
        Payload payload = Payloads.encode(format, new Arguments(List.of("text", 1, List.of(2)), Map.of("k", 1)));
        Payload foreign = Payloads.transcode(payload, format == Format.CBOR ? Format.JSON : Format.CBOR);
        List<Message> all = List.of(
                new Message.Call(1L << 52, Dict.EMPTY, "com.example.procedure", payload),
                new Message.Event(1L << 52, 70_000, Dict.EMPTY, payload),
                new Message.Yield(3, Dict.EMPTY, payload),
                new Message.Result(3, Dict.EMPTY, foreign),
                new Message.ErrorReply(48, 3, Dict.EMPTY, "com.example.error", payload));
        for (Message message : all) {
            byte[] bytes = Samples.write(format, message);
            Codec codec = Codec.of(format);
            assertTrue(allocated(() -> codec.read(bytes, 0, bytes.length)) <= 96, message.name());
            OutputStream nowhere = OutputStream.nullOutputStream();
            long written = allocated(() -> {
                try {
                    codec.write(message, nowhere);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertTrue(written < 8, message.name());
        }
    }

    /** Bytes for each time, when it has been done before. */
    private static long allocated(Runnable work) {
        int times = 1_000;
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < 2 * times; i++) {
            if (i == times) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            work.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / times;
    }
}
