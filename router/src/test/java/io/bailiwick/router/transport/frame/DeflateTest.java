package io.bailiwick.router.transport.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate, as RFC 7692 wants it. */
@Conforms(Feature.PERMESSAGE_DEFLATE)
class DeflateTest {
    private static final int ROOM = 14;

    private static Optional<byte[]> inflate(byte[] packed, int limit) throws DataFormatException {
        return Deflate.inflate(packed, packed.length, limit);
    }

    private static Optional<byte[]> compress(Deflate deflate, byte[] message) {
        ByteBuf buffer = Unpooled.buffer().writerIndex(ROOM).writeBytes(message);
        Optional<ByteBuf> packed = deflate.compress(buffer, ROOM);
        return packed.map(octets -> {
            byte[] bytes = ByteBufUtil.getBytes(octets.skipBytes(ROOM));
            octets.release();
            return bytes;
        });
    }

    private static byte[] text(int length) {
        return "[36,1,2,{},[\"some text that comes again \"]]"
                .repeat(length / 40 + 1)
                .substring(0, length)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one block, section 7.2.3.1|f248cdc9c90700",
                "a block that is not compressed, section 7.2.3.3|000500faff48656c6c6f00",
                "a final block, section 7.2.3.4|f348cdc9c9070000",
                "a final block without the octet that should follow|f348cdc9c90700",
                "two blocks, section 7.2.3.5|f248050000 00ffffcac9c90700"
            })
    void a_message_of_the_rfc_is_unpacked(String what, String packed) throws Exception {
        byte[] octets = HexFormat.of().parseHex(packed.replace(" ", ""));
        assertEquals("Hello", new String(inflate(octets, 5).orElseThrow(), StandardCharsets.US_ASCII), what);
        assertTrue(inflate(octets, 4).isEmpty(), "the limit holds");
    }

    @Test
    void an_empty_message_is_one_octet() throws Exception {
        assertEquals(0, inflate(new byte[] {0}, 0).orElseThrow().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f200110000", "ffffffff", "07", "0005000000"})
    void what_looks_back_to_an_earlier_message_or_is_no_compression_is_refused(String packed) {
        assertThrows(DataFormatException.class, () -> inflate(HexFormat.of().parseHex(packed), 1_000));
    }

    @Test
    void a_bomb_is_given_up_at_the_limit() throws Exception {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(new byte[64 << 20]);
        deflater.finish();
        byte[] bomb = new byte[1 << 20];
        bomb = Arrays.copyOf(bomb, deflater.deflate(bomb));
        deflater.end();
        assertTrue(bomb.length < 1 << 17, "a bomb is small");
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertTrue(inflate(bomb, 1 << 18).isEmpty());
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(taken < 1 << 20, () -> "expected less than 1 MiB to be taken for it, but found " + taken);
    }

    @Test
    void what_is_compressed_can_be_unpacked_and_stands_for_itself() throws Exception {
        Deflate deflate = new Deflate(15, false);
        for (int length : new int[] {512, 5_000, 70_000, 1 << 20}) {
            byte[] message = text(length);
            byte[] packed = compress(deflate, message).orElseThrow();
            assertTrue(packed.length < length / 4);
            assertArrayEquals(message, inflate(packed, length).orElseThrow());
            assertArrayEquals(packed, compress(deflate, message).orElseThrow(), "nothing is kept between messages");
        }
    }

    @Test
    void small_messages_and_those_that_do_not_shrink_go_out_as_they_are() {
        byte[] noise = new byte[10_000];
        new Random(7).nextBytes(noise);
        assertTrue(compress(new Deflate(15, false), noise).isEmpty());
        assertTrue(compress(new Deflate(15, false), text(511)).isEmpty());
    }

    @Test
    void a_message_longer_than_the_window_of_the_peer_goes_out_as_it_is() {
        assertTrue(compress(new Deflate(9, true), text(512)).isPresent());
        assertTrue(compress(new Deflate(9, true), text(513)).isEmpty());
        assertTrue(compress(new Deflate(14, true), text(1 << 14)).isPresent());
        assertTrue(compress(new Deflate(14, true), text((1 << 14) + 1)).isEmpty());
        assertTrue(compress(new Deflate(15, true), text(1 << 16)).isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "declined",
            value = {
                "permessage-deflate|''",
                "permessage-deflate; client_max_window_bits|''",
                "permessage-deflate; client_max_window_bits=8|''",
                "permessage-deflate; client_max_window_bits=15; server_no_context_takeover|''",
                "permessage-deflate; client_no_context_takeover;server_no_context_takeover|''",
                "permessage-deflate; server_max_window_bits=10|; server_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=\"15\"|; server_max_window_bits=15",
                "x-other, permessage-deflate|''",
                "permessage-deflate; server_max_window_bits=7, permessage-deflate|''",
                "x-other; a=\"b, permessage-deflate\"|declined",
                "permessage-deflate; server_max_window_bits|declined",
                "permessage-deflate; server_max_window_bits=16|declined",
                "permessage-deflate; server_max_window_bits=010|declined",
                "permessage-deflate; client_max_window_bits=7|declined",
                "permessage-deflate; client_max_window_bits=|declined",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=10|declined",
                "permessage-deflate; server_no_context_takeover=true|declined",
                "permessage-deflate; unknown|declined",
                "permessage-deflate-2|declined",
                "''|declined"
            })
    void the_first_offer_that_can_be_kept_is_accepted(String offer, String answered) {
        Optional<String> found = DeflateOffer.accept(List.of(offer)).map(DeflateOffer::answer);
        assertEquals(
                Optional.ofNullable(answered)
                        .map(more ->
                                "permessage-deflate; server_no_context_takeover; client_no_context_takeover" + more),
                found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate; server_no_context_takeover|true",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover|true",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=9|true",
                "permessage-deflate|false",
                "permessage-deflate; server_no_context_takeover; client_max_window_bits=9|false",
                "permessage-deflate; server_no_context_takeover; other|false",
                "permessage-deflate; server_no_context_takeover, other|false",
                "other|false"
            })
    void a_client_takes_only_an_answer_to_what_it_has_offered(String answer, boolean taken) {
        assertEquals(taken, DeflateOffer.agreed(List.of(answer)).isPresent());
    }
}
