package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** A peer that sends faster than its realm works has to wait. */
@Conforms(Feature.RATES)
class InflowTest {
    private final Queue<Runnable> realm = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final Inflow inflow = new Inflow(realm::add, new Valve(new Link() {
        @Override
        public boolean send(Message message) {
            return true;
        }

        @Override
        public void close() {}

        @Override
        public Peer peer() {
            return Peer.LOCAL;
        }

        @Override
        public void reading(boolean wanted) {
            told.add(wanted ? "go on" : "stop");
        }
    }));

    private static Message.FromClient message(int bytes) {
        Payload payload = Payload.owned(Format.CBOR, ByteBuffer.allocate(bytes), 1);
        return new Message.Publish(1, Dict.EMPTY, "com.example.topic", payload);
    }

    private void work() {
        for (Runnable task = realm.poll(); task != null; task = realm.poll()) {
            task.run();
        }
    }

    @Test
    void reading_stops_at_the_bound_and_goes_on_below_half_of_it() {
        while (told.isEmpty()) {
            inflow.posted(message(4_096));
        }
        for (int i = 0; i < 100; i++) {
            inflow.posted(message(4_096));
        }
        assertEquals(List.of("stop"), told, "it is told once");
        long waits = realm.size();
        realm.remove().run();
        assertEquals(List.of("stop"), told, "not before half of it is done");
        work();
        assertEquals(List.of("stop", "go on"), told);
        assertTrue(waits > 10, "a marker each 64 KiB, but found " + waits);
    }

    @Test
    void what_stands_around_the_arguments_counts_as_far_as_it_is_kept() {
        String much = "x".repeat((int) Inflow.BOUND_BYTES);
        inflow.posted(read("[16,1,{},\"com.example.topic\"," + " ".repeat(much.length()) + "[1]]"));
        assertEquals(List.of(), told);
        inflow.posted(read("[16,1,{\"x\":\"" + much + "\"},\"com.example.topic\",[1]]"));
        assertEquals(List.of("stop"), told);
    }

    private static Message.FromClient read(String json) {
        Message read = Codec.of(Format.JSON).read(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
        return ((Message.FromClient) read).keep();
    }

    @Test
    void small_messages_count_as_well() {
        for (int i = 0; i <= Inflow.BOUND_BYTES / 256; i++) {
            inflow.posted(message(0));
        }
        assertEquals(List.of("stop"), told);
    }

    @Test
    void the_peer_of_a_realm_that_keeps_up_never_waits() {
        for (int i = 0; i < 10_000; i++) {
            inflow.posted(message(4_096));
            work();
        }
        assertEquals(List.of(), told);
    }

    @Test
    void a_stop_always_ends_when_the_realm_has_done_its_work() {
        for (int size = 1; size < 3_000_000; size = size * 3 + 1) {
            for (int round = 0; round < 3; round++) {
                told.clear();
                while (told.isEmpty()) {
                    inflow.posted(message(size));
                }
                work();
                assertEquals(List.of("stop", "go on"), told);
            }
        }
    }
}
