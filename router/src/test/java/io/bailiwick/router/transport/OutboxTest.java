package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.codec.UntranslatablePayloadException;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.link.QueueBudget;
import io.bailiwick.router.link.QueueRoom;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for one channel and what becomes of it, as seen from the channel's loop. */
class OutboxTest {
    private static final ListenerOptions.Limits LIMITS = Site.sizes(1 << 20, 1 << 20, 1 << 20, 4 << 20);

    private final Writes writes = new Writes();
    private final EmbeddedChannel channel = new EmbeddedChannel(writes, new Passes());

    /** Does what is read: only what happens inside of a read happens in one pass of this channel's loop. */
    private static final class Passes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ((Runnable) message).run();
        }
    }

    /** Counts what goes to the socket, and holds it back where that is wanted. */
    private static final class Writes extends ChannelOutboundHandlerAdapter {
        private final List<ChannelPromise> held = new ArrayList<>();
        private boolean holding;
        private final List<Integer> capacities = new ArrayList<>();
        private int written;
        private int flushed;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            written++;
            capacities.add(((ByteBuf) message).capacity());
            if (holding) {
                ((ByteBuf) message).release();
                held.add(promise);
            } else {
                context.write(message, promise);
            }
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            flushed++;
            context.flush();
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private Outbox rawSocket(int peerTakes) {
        return new Outbox(channel, Agreement.overRawSocket(Format.JSON, 1 << 20, peerTakes, LIMITS), LIMITS);
    }

    private Outbox webSocket(boolean batched) {
        Subprotocol subprotocol = new Subprotocol(Format.JSON, batched);
        return new Outbox(
                channel,
                Agreement.overWebSocket(Connection.Side.SERVER, subprotocol, Optional.empty(), LIMITS),
                LIMITS);
    }

    private static Message.Abort abort(String reason) {
        return new Message.Abort(Dict.EMPTY, reason);
    }

    private static Message.Result result(Format format, Object value) {
        return new Message.Result(1, Dict.EMPTY, Payloads.encode(format, Arguments.of(value)));
    }

    /** Runs the loop and gives all that went to the socket. */
    private String heard() {
        channel.runPendingTasks();
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(next.toString(StandardCharsets.ISO_8859_1));
            next.release();
        }
        return all.toString();
    }

    private static String rawFrame(String message) {
        int length = message.length();
        return "\0" + (char) (length >>> 16) + (char) (length >>> 8 & 0xff) + (char) (length & 0xff) + message;
    }

    @Test
    void what_is_sent_in_one_pass_is_one_write_and_one_flush() {
        Outbox outbox = rawSocket(1 << 20);
        assertTrue(outbox.send(abort("a")));
        assertTrue(outbox.send(result(Format.JSON, "b")));
        assertTrue(outbox.offer(Unpooled.copiedBuffer("ping", StandardCharsets.US_ASCII), Piece.Kind.FRAME));
        assertTrue(outbox.send(abort("c")));
        assertEquals(0, writes.written, "before the pass is over");
        assertEquals(
                rawFrame("[3,{},\"a\"]") + rawFrame("[50,1,{},[\"b\"]]") + "ping" + rawFrame("[3,{},\"c\"]"), heard());
        assertEquals(1, writes.written);
        assertEquals(1, writes.flushed);
        assertEquals(0, outbox.waiting());
    }

    @Test
    void frames_of_all_lengths_stand_behind_one_another() {
        Outbox outbox = webSocket(false);
        StringBuilder expected = new StringBuilder();
        for (int length : new int[] {1, 114, 115, 116, 117, 118, 8_000, 9_000, 65_524, 65_526, 3, 130}) {
            String reason = "x".repeat(length);
            outbox.send(abort(reason));
            String message = "[3,{},\"" + reason + "\"]";
            int octets = message.length();
            expected.append('\u0081');
            if (octets < 126) {
                expected.append((char) octets);
            } else {
                expected.append((char) 126).append((char) (octets >>> 8)).append((char) (octets & 0xff));
            }
            expected.append(message);
        }
        assertEquals(expected.toString(), heard());
    }

    @Test
    void more_than_one_websocket_frame_holds_is_written_in_fragments_in_its_turn() {
        Outbox outbox = webSocket(false);
        channel.writeInbound((Runnable) () -> {
            outbox.send(abort("a"));
            outbox.send(abort("x".repeat(70_000)));
            outbox.send(abort("b"));
        });
        String heard = heard();
        String start = "\u0081\n[3,{},\"a\"]\u0001\u007f\0\0\0\0\0\u0001\0\0[3,{},\"xxx";
        assertEquals(start, heard.substring(0, start.length()));
        assertTrue(heard.endsWith("xxx\"]\u0081\n[3,{},\"b\"]"), heard.substring(heard.length() - 30));
        assertEquals(0, outbox.waiting());
    }

    @Test
    void what_cannot_be_sent_leaves_what_waits_as_it_was() {
        Outbox outbox = rawSocket(4_096);
        outbox.send(abort("a"));
        long before = outbox.waiting();
        assertThrows(MessageTooLargeException.class, () -> outbox.send(abort("x".repeat(5_000))));
        assertThrows(MessageTooLargeException.class, () -> outbox.send(result(Format.JSON, "x".repeat(4_090))));
        assertThrows(MessageTooLargeException.class, () -> outbox.send(result(Format.JSON, "x".repeat(40_000))));
        assertThrows(UntranslatablePayloadException.class, () -> outbox.send(abort("half of a pair: \ud800")));
        assertEquals(before, outbox.waiting());
        outbox.send(abort("b"));
        assertEquals(rawFrame("[3,{},\"a\"]") + rawFrame("[3,{},\"b\"]"), heard());
        assertEquals(0, outbox.waiting());
    }

    @Test
    void a_tail_in_which_nothing_could_be_written_is_given_back() {
        Outbox outbox = rawSocket(4_096);
        assertThrows(MessageTooLargeException.class, () -> outbox.send(abort("x".repeat(5_000))));
        assertEquals("", heard());
        assertEquals(0, writes.written);
        assertEquals(0, outbox.waiting());
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void order_and_count_hold_for_small_and_large_of_each_kind(Format payloads) {
        Outbox outbox = rawSocket(1 << 20);
        StringBuilder expected = new StringBuilder();
        channel.writeInbound((Runnable) () -> {
            for (int length : new int[] {10, 20_000, 30, 8_192, 40, 40, 70_000, 9_000, 5}) {
                String text = "y".repeat(length);
                outbox.send(result(payloads, text));
                expected.append(rawFrame("[50,1,{},[\"" + text + "\"]]"));
            }
        });
        assertEquals(expected.toString(), heard());
        assertEquals(0, outbox.waiting());
    }

    @Test
    void a_long_tail_is_handed_on_and_another_begins() {
        Outbox outbox = rawSocket(1 << 20);
        channel.writeInbound((Runnable) () -> {
            for (int i = 0; i < 40; i++) {
                outbox.send(abort("x".repeat(4_000)));
            }
            assertEquals(2, writes.written, "two tails of 64 KiB are with the channel");
            assertEquals(0, writes.flushed);
        });
        assertEquals(40 * rawFrame("[3,{},\"" + "x".repeat(4_000) + "\"]").length(), heard().length());
        assertEquals(3, writes.written);
        assertEquals(1, writes.flushed);
        assertEquals(0, outbox.waiting());
    }

    @Test
    void each_message_counts_with_its_bookkeeping_until_it_is_written() {
        Outbox outbox = rawSocket(1 << 20);
        writes.holding = true;
        int first = rawFrame("[3,{},\"a\"]").length() + Outbox.OVERHEAD;
        outbox.send(abort("a"));
        assertEquals(first, outbox.waiting());
        channel.runPendingTasks();
        assertEquals(first, outbox.waiting(), "it is with the socket, which has not written it");
        outbox.send(abort("bb"));
        channel.runPendingTasks();
        assertEquals(2 * first + 1, outbox.waiting());
        writes.held.get(0).setSuccess();
        assertEquals(first + 1, outbox.waiting());
        writes.held.get(1).setSuccess();
        assertEquals(0, outbox.waiting());
    }

    @Test
    void beyond_the_bound_a_message_is_dropped_and_nothing_of_it_is_sent_or_counted() {
        Outbox outbox = rawSocket(1 << 20);
        outbox.room().narrow(1_000, new QueueBudget(1 << 20));
        assertTrue(outbox.send(abort("x".repeat(2_000))), "what waits alone is taken");
        long waiting = outbox.waiting();
        assertFalse(outbox.send(abort("a")));
        assertFalse(outbox.send(result(Format.JSON, "x".repeat(20_000))));
        assertEquals(waiting, outbox.waiting());
        assertEquals(rawFrame("[3,{},\"" + "x".repeat(2_000) + "\"]"), heard());
        assertTrue(outbox.send(abort("a")), "there is room again");
        assertEquals(rawFrame("[3,{},\"a\"]"), heard());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_waited_at_the_end_of_the_connection_counts_no_more(boolean batched) {
        Outbox outbox = webSocket(batched);
        QueueBudget budget = new QueueBudget(8 << 20);
        outbox.room().narrow(2 << 20, budget);
        channel.writeInbound((Runnable) () -> {
            for (int i = 0; i < 20; i++) {
                outbox.send(abort("x".repeat(5_000)));
                outbox.send(result(Format.CBOR, "x".repeat(20_000)));
            }
            assertTrue(outbox.waiting() > 500_000);
            assertTrue(budget.taken() >= outbox.waiting() - QueueRoom.FREE);
            channel.close();
        });
        assertEquals(0, outbox.waiting());
        assertEquals(0, budget.taken());
        outbox.send(abort("too late"));
        channel.runPendingTasks();
        assertEquals(0, outbox.waiting());
    }

    @Test
    void what_was_written_gives_its_room_back() {
        Outbox outbox = rawSocket(1 << 20);
        QueueBudget budget = new QueueBudget(8 << 20);
        outbox.room().narrow(2 << 20, budget);
        channel.writeInbound((Runnable) () -> {
            for (int i = 0; i < 50; i++) {
                outbox.send(abort("x".repeat(5_000)));
            }
            assertTrue(budget.taken() > 0);
        });
        assertEquals(0, outbox.waiting());
        assertEquals(0, budget.taken());
    }

    private static Message.Event event(int publication) {
        return new Message.Event(
                7, publication, Dict.EMPTY, Payloads.encode(Format.JSON, Arguments.of("e" + publication)));
    }

    private static String eventFrame(int publication) {
        return rawFrame("[36,7," + publication + ",{},[\"e" + publication + "\"]]");
    }

    /** Sends an event to another receiver and then here, as a broker does on a thread of a network. */
    private static void publish(Outbox first, Outbox second, int publication) {
        Message.Event event = event(publication);
        first.send(event);
        second.send(event);
    }

    private static void onThreadOfANetwork(Runnable task) throws InterruptedException {
        FastThreadLocalThread thread = new FastThreadLocalThread(task);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        thread.setUncaughtExceptionHandler((failed, why) -> failure.set(why));
        thread.start();
        thread.join();
        assertNull(failure.get());
    }

    @Test
    void events_that_others_get_as_well_keep_their_place_among_all_that_is_sent() throws InterruptedException {
        EmbeddedChannel others = new EmbeddedChannel();
        onThreadOfANetwork(() -> {
            Outbox other = new Outbox(others, Agreement.overRawSocket(Format.JSON, 1 << 20, 1 << 20, LIMITS), LIMITS);
            Outbox outbox = rawSocket(1 << 20);
            publish(other, outbox, 1);
            publish(other, outbox, 2);
            assertEquals(eventFrame(1) + eventFrame(2), heard(), "nothing but shared events");
            publish(other, outbox, 3);
            outbox.send(abort("a"));
            publish(other, outbox, 4);
            assertEquals(eventFrame(3) + rawFrame("[3,{},\"a\"]") + eventFrame(4), heard(), "something between them");
            publish(other, outbox, 5);
            publish(other, other, 6);
            publish(other, outbox, 7);
            assertEquals(eventFrame(5) + eventFrame(7), heard(), "one for others between them");
            assertEquals(0, outbox.waiting());
        });
        others.finishAndReleaseAll();
    }

    @Test
    void who_does_not_read_keeps_one_view_of_shared_events_and_copies_of_the_others() throws InterruptedException {
        EmbeddedChannel others = new EmbeddedChannel();
        writes.holding = true;
        onThreadOfANetwork(() -> {
            Outbox other = new Outbox(others, Agreement.overRawSocket(Format.JSON, 1 << 20, 1 << 20, LIMITS), LIMITS);
            Outbox outbox = rawSocket(1 << 20);
            for (int publication = 1; publication <= 3; publication++) {
                publish(other, outbox, publication);
                channel.runPendingTasks();
            }
            assertEquals(3L * (eventFrame(1).length() + Outbox.OVERHEAD), outbox.waiting());
        });
        others.finishAndReleaseAll();
        assertEquals(1 << 16, writes.capacities.get(0));
        assertTrue(writes.capacities.get(1) < 1_024, () -> "found " + writes.capacities);
        assertTrue(writes.capacities.get(2) < 1_024, () -> "found " + writes.capacities);
    }

    @Test
    void beyond_the_bound_a_shared_event_is_dropped() throws InterruptedException {
        EmbeddedChannel others = new EmbeddedChannel();
        onThreadOfANetwork(() -> {
            Outbox other = new Outbox(others, Agreement.overRawSocket(Format.JSON, 1 << 20, 1 << 20, LIMITS), LIMITS);
            Outbox outbox = rawSocket(1 << 20);
            outbox.room().narrow(700, new QueueBudget(1 << 20));
            StringBuilder taken = new StringBuilder();
            // In the middle of one read, so that all wait for the end of the pass.
            channel.writeInbound((Runnable) () -> {
                for (int publication = 1; publication <= 4; publication++) {
                    Message.Event event = event(publication);
                    other.send(event);
                    taken.append(outbox.send(event) ? "taken " : "not ");
                }
            });
            assertEquals("taken taken not not ", taken.toString());
            assertEquals(eventFrame(1) + eventFrame(2), heard());
            assertEquals(0, outbox.waiting());
        });
        others.finishAndReleaseAll();
    }

    @Test
    void a_batch_ends_with_the_pass_or_with_a_control_frame() {
        Outbox outbox = webSocket(true);
        outbox.send(abort("a"));
        outbox.send(abort("b"));
        outbox.offer(Unpooled.copiedBuffer("ping", StandardCharsets.US_ASCII), Piece.Kind.FRAME);
        outbox.send(abort("c"));
        String first = "\u0081\u0016[3,{},\"a\"]\u001e[3,{},\"b\"]\u001e";
        assertEquals(first + "ping" + "\u0081\u000b[3,{},\"c\"]\u001e", heard());
        outbox.send(abort("d"));
        assertEquals("\u0081\u000b[3,{},\"d\"]\u001e", heard());
        assertEquals(2, writes.flushed);
        assertEquals(0, outbox.waiting());
    }
}
