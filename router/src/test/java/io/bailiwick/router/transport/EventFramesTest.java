package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One EVENT for many receivers, over real sockets. */
class EventFramesTest {
    private static final int RECEIVERS = 20;

    /** Counts how often it is read. */
    private record Counted(Payload payload, AtomicInteger reads) implements Payload {
        @Override
        public Format format() {
            return payload.format();
        }

        @Override
        public int elements() {
            return payload.elements();
        }

        @Override
        public int length() {
            return payload.length();
        }

        @Override
        public void copyTo(OutputStream out) throws IOException {
            reads.incrementAndGet();
            payload.copyTo(out);
        }

        @Override
        public ByteBuffer bytes() {
            reads.incrementAndGet();
            return payload.bytes();
        }

        @Override
        public Payload keep() {
            return this;
        }
    }

    private static Counted payload(int length) {
        return new Counted(Payloads.encode(Format.CBOR, Arguments.of("x".repeat(length), 7L)), new AtomicInteger());
    }

    private static void sendToAll(Site site, List<Link> links, List<Message> messages) throws Exception {
        site.network
                .loop()
                .submit(() -> messages.forEach(message -> links.forEach(link -> link.send(message))))
                .get(Recorder.PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void receivers_of_one_format_and_transport_are_written_what_was_encoded_once() throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            List<Recorder> clients = new ArrayList<>();
            List<Link> links = new ArrayList<>();
            for (String scheme : List.of("rs", "ws")) {
                for (Format format : List.of(Format.CBOR, Format.JSON)) {
                    for (int i = 0; i < RECEIVERS; i++) {
                        clients.add(site.connect(scheme, format));
                        links.add(site.next().link());
                    }
                }
            }
            List<Message> events = new ArrayList<>();
            List<Counted> payloads = new ArrayList<>();
            for (int length : new int[] {10, 200, 70_000, 10}) {
                Counted payload = payload(length);
                payloads.add(payload);
                events.add(new Message.Event(3, events.size() + 1, Dict.of("topic", "com.example.t"), payload));
            }
            sendToAll(site, links, events);
            for (Recorder client : clients) {
                for (Message expected : events) {
                    Message.Event sent = (Message.Event) expected;
                    Message.Event event = client.next(Message.Event.class);
                    assertEquals(sent.publication(), event.publication());
                    assertEquals(sent.details(), event.details());
                    assertEquals(
                            Payloads.decode(((Counted) sent.payload()).payload()), Payloads.decode(event.payload()));
                }
            }
            // Once for each of four kinds, and once more for the first receiver.
            payloads.forEach(
                    payload -> assertTrue(payload.reads().get() <= 5, () -> "read " + payload.reads() + " times"));
        }
    }

    @Test
    void what_one_receiver_does_not_take_the_others_get() throws Exception {
        try (Site site = Site.tcp(Site.QUICK);
                RawPeer small = site.raw()) {
            small.sayHex("7f310000"); // JSON, at most 4096 octets
            small.hear(4);
            List<Link> links = new ArrayList<>(List.of(site.next().link()));
            List<Recorder> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(site.connect("rs", Format.JSON));
                links.add(1, site.next().link());
            }
            Link last = links.remove(0);
            Message.Event event = new Message.Event(3, 4, Dict.EMPTY, payload(5_000));
            sendToAll(site, links, List.of(event));
            String refused = site.network
                    .loop()
                    .submit(() -> {
                        links.get(0).send(event);
                        links.get(1).send(event);
                        try {
                            last.send(event);
                            return "nothing";
                        } catch (io.bailiwick.router.link.MessageTooLargeException e) {
                            return "too large";
                        }
                    })
                    .get(Recorder.PATIENCE, TimeUnit.SECONDS);
            assertEquals("too large", refused);
            for (Recorder client : clients) {
                assertEquals(4, client.next(Message.Event.class).publication());
            }
        }
    }
}
