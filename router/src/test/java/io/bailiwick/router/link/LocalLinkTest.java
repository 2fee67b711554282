package io.bailiwick.router.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LocalLinkTest {
    /** What a side is to run; the test decides when. */
    private final Queue<Runnable> leftTasks = new ArrayDeque<>();

    private final Queue<Runnable> rightTasks = new ArrayDeque<>();
    private final LocalLink.Pair pair = LocalLink.pair(leftTasks::add, rightTasks::add);
    private final Recorder atLeft = new Recorder();
    private final Recorder atRight = new Recorder();

    /** Notes what arrives. */
    private static class Recorder implements Link.Listener {
        final List<Message> received = new ArrayList<>();
        final List<String> closed = new ArrayList<>();

        @Nullable
        Throwable cause;

        Consumer<Message> reaction = message -> {};

        @Override
        public void received(Message message) {
            assertTrue(closed.isEmpty(), "nothing is received after closed");
            received.add(message);
            reaction.accept(message);
        }

        @Override
        public void violated(ProtocolViolation violation) {
            throw new AssertionError(violation);
        }

        @Override
        public void closed(@Nullable Throwable why) {
            closed.add(why == null ? "closed" : "cut");
            cause = why;
        }
    }

    private void open() {
        pair.left().open(atLeft);
        pair.right().open(atRight);
    }

    private void settle() {
        while (!leftTasks.isEmpty() || !rightTasks.isEmpty()) {
            Queue<Runnable> tasks = leftTasks.isEmpty() ? rightTasks : leftTasks;
            tasks.remove().run();
        }
    }

    private static Message message(long number) {
        return new Message.Published(number, 1);
    }

    private static Message large(int bytes) {
        Payload payload = Payload.owned(Format.CBOR, ByteBuffer.allocate(bytes), 1);
        return new Message.Publish(1, Dict.EMPTY, "com.example.topic", payload);
    }

    @Test
    void messages_arrive_in_order_on_the_executor_of_the_receiver() {
        open();
        for (int i = 0; i < 1_000; i++) {
            assertTrue(pair.left().send(message(i)));
        }
        assertEquals(List.of(), atRight.received, "nothing is delivered inside send");
        settle();
        assertEquals(1_000, atRight.received.size());
        for (int i = 0; i < 1_000; i++) {
            assertEquals(message(i), atRight.received.get(i));
        }
        assertEquals(List.of(), atLeft.received);
    }

    @Test
    void what_arrives_before_an_end_is_opened_waits() {
        pair.left().send(message(1));
        pair.left().close();
        settle();
        pair.right().open(atRight);
        settle();
        assertEquals(List.of(message(1)), atRight.received);
        assertEquals(List.of("closed"), atRight.closed);
        assertThrows(IllegalStateException.class, () -> pair.right().open(atRight));
    }

    @Test
    void a_message_owns_its_payload() {
        open();
        byte[] frame = {1, 2, 3};
        pair.left().send(new Message.Result(1, Dict.EMPTY, Payload.view(Format.CBOR, ByteBuffer.wrap(frame), 1)));
        frame[0] = 99;
        settle();
        assertEquals(1, atRight.received.get(0).payload().bytes().get(0));
    }

    @Test
    void closing_delivers_what_was_sent_by_either_side_then_closes_both_once() {
        open();
        pair.left().send(message(1));
        pair.right().send(message(2));
        pair.left().close();
        assertFalse(pair.left().send(message(3)), "a message to a closed link is dropped");
        assertFalse(pair.right().send(message(4)), "a message to a closed link is dropped");
        pair.right().close();
        pair.left().close();
        settle();
        assertEquals(List.of(message(1)), atRight.received);
        assertEquals(List.of(message(2)), atLeft.received);
        assertEquals(List.of("closed"), atRight.closed);
        assertEquals(List.of("closed"), atLeft.closed);
        assertNull(atLeft.cause);
    }

    @Test
    void a_listener_is_never_re_entered_even_by_an_executor_that_runs_at_once() {
        LocalLink.Pair direct = LocalLink.pair(Runnable::run, Runnable::run);
        List<String> order = new ArrayList<>();
        atRight.reaction = message -> {
            order.add("right begins " + atRight.received.size());
            direct.right().send(message);
            order.add("right ends " + atRight.received.size());
        };
        atLeft.reaction = message -> {
            if (atLeft.received.size() == 1) {
                direct.left().send(message);
            }
        };
        direct.left().open(atLeft);
        direct.right().open(atRight);
        direct.left().send(message(1));
        assertEquals(List.of("right begins 1", "right ends 1", "right begins 2", "right ends 2"), order);
    }

    @Test
    void a_sender_learns_that_its_peer_falls_behind_and_that_it_has_caught_up() {
        open();
        assertTrue(pair.left().send(large(LocalLink.MARK_BYTES - LocalLink.MESSAGE_BYTES - 1)));
        assertFalse(pair.left().send(message(1)));
        settle();
        assertTrue(pair.left().send(message(2)));
        settle();
        assertEquals(3, atRight.received.size());
    }

    @Test
    void what_was_sent_waits_while_the_listener_wants_nothing_and_the_end_comes_behind_it() {
        open();
        pair.right().reading(false);
        for (int i = 1; i <= 3; i++) {
            pair.left().send(message(i));
        }
        settle();
        assertEquals(List.of(), atRight.received);
        pair.right().reading(true);
        settle();
        assertEquals(3, atRight.received.size());
        pair.right().reading(false);
        pair.left().send(message(4));
        settle();
        assertEquals(3, atRight.received.size());
        pair.left().close();
        settle();
        assertEquals(4, atRight.received.size());
        assertEquals(1, atRight.closed.size());
    }

    @Test
    void less_may_wait_than_a_link_has_room_for() {
        open();
        QueueBudget together = new QueueBudget(Long.MAX_VALUE);
        pair.left().bound(64_000, together);
        assertTrue(pair.left().send(message(1)));
        assertFalse(pair.left().send(large(10_000)));
        pair.left().send(large(60_000));
        settle();
        assertEquals(List.of("cut"), atRight.closed);
        assertEquals(0, together.taken());
    }

    @Test
    void a_peer_that_does_not_read_is_cut_off_at_the_bound() {
        open();
        int sent = 0;
        while (sent < 100 && (pair.left().send(large(1 << 20)) || sent < 15)) {
            sent++;
        }
        assertTrue(sent < 17, "at most 16 MiB wait, but " + sent);
        settle();
        assertEquals(List.of(), atRight.received, "what it did not read is gone");
        assertEquals(List.of("cut"), atRight.closed);
        assertEquals(List.of("cut"), atLeft.closed);
        assertInstanceOf(SlowConsumerException.class, atLeft.cause);
    }

    @Test
    void the_number_of_small_messages_that_wait_is_bounded_too() {
        open();
        int most = LocalLink.BOUND_BYTES / LocalLink.MESSAGE_BYTES;
        for (int i = 0; i <= most; i++) {
            pair.left().send(message(i));
        }
        settle();
        assertEquals(List.of("cut"), atRight.closed);
    }

    @Test
    void a_listener_that_fails_cuts_the_link() {
        open();
        IllegalStateException planted = new IllegalStateException("planted");
        atRight.reaction = message -> {
            throw planted;
        };
        pair.left().send(message(1));
        pair.left().send(message(2));
        settle();
        assertEquals(List.of(message(1)), atRight.received);
        assertSame(planted, atRight.cause);
        assertSame(planted, atLeft.cause);
        assertEquals(List.of("cut"), atLeft.closed);
    }

    @Test
    void an_executor_that_has_stopped_cuts_the_link() {
        LocalLink.Pair half = LocalLink.pair(Runnable::run, task -> {
            throw new RejectedExecutionException("planted");
        });
        half.left().open(atLeft);
        half.right().open(atRight);
        half.left().send(message(1));
        assertInstanceOf(RejectedExecutionException.class, atLeft.cause);
        assertEquals(List.of(), atRight.closed);
    }

    @Test
    void others_have_their_turn_between_batches() {
        open();
        for (int i = 0; i < 200; i++) {
            pair.left().send(message(i));
        }
        rightTasks.remove().run();
        assertTrue(atRight.received.size() < 200 && rightTasks.size() == 1);
        settle();
        assertEquals(200, atRight.received.size());
    }

    @Test
    void a_connector_gives_the_near_end_and_the_acceptor_the_far_end() throws Exception {
        List<Link> accepted = new ArrayList<>();
        LinkAcceptor acceptor = link -> {
            accepted.add(link);
            link.send(message(1));
            return atRight;
        };
        Link near = LocalLink.connector(acceptor, rightTasks::add, leftTasks::add)
                .connect(atLeft)
                .toCompletableFuture()
                .get();
        near.send(message(2));
        settle();
        assertEquals(List.of(message(1)), atLeft.received);
        assertEquals(List.of(message(2)), atRight.received);
        assertEquals(1, accepted.size());
        assertEquals(Peer.LOCAL, near.peer());
    }

    @Test
    void ends_may_be_used_by_many_threads_and_no_message_is_lost() throws Exception {
        ExecutorService left = Executors.newSingleThreadExecutor();
        ExecutorService right = Executors.newFixedThreadPool(4);
        ExecutorService senders = Executors.newFixedThreadPool(4);
        try {
            LocalLink.Pair threaded = LocalLink.pair(left, right);
            CountDownLatch end = new CountDownLatch(1);
            Recorder recorder = new Recorder() {
                @Override
                public void closed(@Nullable Throwable why) {
                    super.closed(why);
                    end.countDown();
                }
            };
            threaded.left().open(atLeft);
            threaded.right().open(recorder);
            CountDownLatch sent = new CountDownLatch(4);
            for (int sender = 0; sender < 4; sender++) {
                int number = sender;
                senders.execute(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        threaded.left().send(new Message.Published(number, i));
                    }
                    sent.countDown();
                });
            }
            assertTrue(sent.await(20, TimeUnit.SECONDS));
            threaded.left().close();
            assertTrue(end.await(20, TimeUnit.SECONDS));
            assertEquals(8_000, recorder.received.size());
            long[] next = new long[4];
            for (Message message : recorder.received) {
                Message.Published published = (Message.Published) message;
                assertEquals(next[(int) published.request()]++, published.publication(), "each sender's order is kept");
            }
        } finally {
            left.shutdownNow();
            right.shutdownNow();
            senders.shutdownNow();
        }
    }

    @Test
    void a_listener_that_fails_with_an_error_cuts_the_link_too() {
        LocalLink.Pair direct = LocalLink.pair(Runnable::run, Runnable::run);
        StackOverflowError planted = new StackOverflowError("planted");
        atRight.reaction = message -> {
            throw planted;
        };
        direct.left().open(atLeft);
        direct.right().open(atRight);
        direct.left().send(message(1));
        assertSame(planted, atRight.cause);
        assertSame(planted, atLeft.cause);
    }

    @Test
    void a_listener_that_fails_at_the_end_does_not_keep_it_from_the_other() {
        LocalLink.Pair direct = LocalLink.pair(Runnable::run, Runnable::run);
        direct.left().open(atLeft);
        direct.right().open(new Recorder() {
            @Override
            public void closed(@Nullable Throwable why) {
                throw new IllegalStateException("planted");
            }
        });
        direct.left().close();
        assertEquals(List.of("closed"), atLeft.closed);
    }
}
