package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes of every message type in every format, made by another encoder than the one under test. */
class MessageVectorsTest {
    private static final int LINES_PER_MESSAGE = 4;

    private static List<String> lines() throws IOException {
        try (InputStream in = MessageVectorsTest.class.getResourceAsStream("vectors.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    private static byte[] vector(List<String> lines, int message, Format format) {
        String line = lines.get(LINES_PER_MESSAGE * message + format.rawSocketSerializer());
        return format == Format.JSON
                ? line.getBytes(StandardCharsets.UTF_8)
                : HexFormat.of().parseHex(line);
    }

    @ParameterizedTest
    @EnumSource
    void every_message_is_read_from_its_bytes(Format format) throws IOException {
        List<String> lines = lines();
        List<Message> samples = Samples.all(format);
        assertEquals(LINES_PER_MESSAGE * samples.size(), lines.size());
        for (int i = 0; i < samples.size(); i++) {
            assertEquals(samples.get(i), Samples.read(format, vector(lines, i, format)));
            assertEquals(lines.get(LINES_PER_MESSAGE * i), samples.get(i).name());
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_message_is_written_to_its_bytes(Format format) throws IOException {
        List<String> lines = lines();
        List<Message> samples = Samples.all(format);
        for (int i = 0; i < samples.size(); i++) {
            assertArrayEquals(
                    vector(lines, i, format),
                    Samples.write(format, samples.get(i)),
                    samples.get(i).name());
        }
    }

    @Test
    void a_payload_of_any_format_is_written_to_the_same_bytes() throws IOException {
        List<String> lines = lines();
        for (Format source : Format.values()) {
            List<Message> samples = Samples.all(source);
            for (Format target : Format.values()) {
                for (int i = 0; i < samples.size(); i++) {
                    byte[] written = Samples.write(target, Samples.read(source, vector(lines, i, source)));
                    assertArrayEquals(vector(lines, i, target), written, source + " to " + target + " " + i);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_buffer_without_array_reads_like_one_with_and_is_not_moved(Format format) throws IOException {
        List<String> lines = lines();
        for (int i = 0; i < lines.size() / LINES_PER_MESSAGE; i++) {
            byte[] bytes = vector(lines, i, format);
            ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 5).position(3);
            direct.put(bytes).flip().position(3);
            ByteBuffer inside = ByteBuffer.allocate(bytes.length + 9).position(4);
            inside = inside.put(bytes).flip().position(4).slice();
            for (ByteBuffer frame : List.of(direct, inside, inside.asReadOnlyBuffer())) {
                int position = frame.position();
                assertEquals(Samples.read(format, bytes), Codec.of(format).read(frame));
                assertEquals(position, frame.position());
                assertEquals(bytes.length, frame.remaining());
            }
        }
    }

    @Test
    void the_samples_hold_every_message_type() {
        Set<Class<?>> sampled =
                Samples.all(Format.JSON).stream().map(Object::getClass).collect(Collectors.toSet());
        Set<Class<?>> types = java.util.Arrays.stream(Message.class.getDeclaredClasses())
                .filter(Class::isRecord)
                .collect(Collectors.toSet());
        assertEquals(types, sampled);
    }
}
