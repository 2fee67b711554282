package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Speech;
import io.bailiwick.bench.wire.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Publishers and subscribers in groups. Each subscriber must hear each event of its group once, and those of one publisher
 * in their order. A publisher publishes the next when all have heard one.
 */
public final class EventLoad extends TalliedLoad {
    private static final int SLOTS = 1 << 10;
    /** The number of an event is that of its publisher in its group, and its own. */
    private static final long PER_PUBLISHER = 100_000_000_000L;

    private final Shape shape;
    private final List<Group> groups = new ArrayList<>();

    /**
     * The shape of the load.
     *
     * @param groups how many
     * @param publishers of each group
     * @param subscribers of each group
     * @param inFlight publications of each publisher that not all have heard
     * @param topics that each publisher uses in turn; with more than one, subscriptions are by prefix
     * @param payload bytes of each event
     */
    public record Shape(int groups, int publishers, int subscribers, int inFlight, int topics, int payload) {}

    /** One group. */
    private static final class Group {
        final List<Client> publishers = new ArrayList<>();
        final byte[][] topics;
        final long[] published;
        /** By publisher and slot: how many have yet to hear it, and since when. */
        final int[][] missing;

        final long[][] started;
        /** By subscriber and publisher: the last that was heard. */
        final long[][] heard;

        Group(Shape shape, byte[][] topics) {
            this.topics = topics;
            this.published = new long[shape.publishers()];
            this.missing = new int[shape.publishers()][shape.inFlight() > 16 ? SLOTS : 16];
            this.started = new long[shape.publishers()][missing[0].length];
            this.heard = new long[shape.subscribers()][shape.publishers()];
        }
    }

    private EventLoad(Generator generator, Target publishers, Target subscribers, Shape shape) {
        super(generator);
        this.shape = shape;
        List<Part> hearing = new ArrayList<>();
        List<Part> saying = new ArrayList<>();
        for (int group = 0; group < shape.groups(); group++) {
            groups.add(new Group(shape, topics(publishers.speech(), group)));
            hearing.addAll(Collections.nCopies(shape.subscribers(), Part.of(Role.SUBSCRIBER, group, shape.payload())));
            saying.addAll(Collections.nCopies(shape.publishers(), Part.of(Role.PUBLISHER, group, shape.payload())));
        }
        List<Client> subscribing = generator.connect(subscribers, hearing, this);
        List<Client> publishing = generator.connect(publishers, saying, this);
        tally.add(subscribing);
        tally.add(publishing);
        place(subscribing, shape.subscribers());
        place(publishing, shape.publishers());
        publishing.forEach(each -> groups.get(each.group()).publishers.add(each));
        subscribing.forEach(each -> Generator.await(generator.ask(() -> subscribe(subscribers.speech(), each))));
    }

    /** Connects all; not on the loop. */
    public static EventLoad open(Generator generator, Target publishers, Target subscribers, Shape shape) {
        return new EventLoad(generator, publishers, subscribers, shape);
    }

    private void place(List<Client> some, int ofEachGroup) {
        for (int i = 0; i < some.size(); i++) {
            some.get(i).take(i % ofEachGroup);
        }
    }

    private CompletableFuture<Void> subscribe(Speech speech, Client client) {
        boolean many = shape.topics() > 1;
        return client.subscribe(
                many ? prefix(client.group()) : topic(speech, client.group(), 0), many ? "prefix" : "exact");
    }

    private static String prefix(int group) {
        return "com.example.bench.topics" + group + ".";
    }

    static String topic(Speech speech, int group, int number) {
        String topic = prefix(group) + "t" + number;
        return speech.protocol() == Speech.Protocol.MQTT ? topic.replace('.', '/') : topic;
    }

    private byte[][] topics(Speech speech, int group) {
        byte[][] topics = new byte[shape.topics()][];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = topic(speech, group, i).getBytes(StandardCharsets.UTF_8);
        }
        return topics;
    }

    @Override
    public void start() {
        generator.run(() -> {
            tally.running = true;
            long now = System.nanoTime();
            for (Group group : groups) {
                for (int publisher = 0; publisher < shape.publishers(); publisher++) {
                    for (int i = 0; i < shape.inFlight(); i++) {
                        publish(group, publisher, now);
                    }
                }
            }
        });
    }

    private void publish(Group group, int publisher, long now) {
        long number = ++group.published[publisher];
        int slot = (int) number & group.missing[publisher].length - 1;
        group.missing[publisher][slot] = shape.subscribers();
        group.started[publisher][slot] = now;
        tally.outstanding++;
        byte[] topic = group.topics[(int) (number % group.topics.length)];
        group.publishers.get(publisher).publish(topic, publisher * PER_PUBLISHER + number);
    }

    @Override
    public void heard(Client subscriber, long eventNumber) {
        Group group = groups.get(subscriber.group());
        int publisher = (int) (eventNumber / PER_PUBLISHER);
        long number = eventNumber % PER_PUBLISHER;
        long[] heard = group.heard[subscriber.place()];
        if (number != heard[publisher] + 1) {
            tally.failed("expected event " + (heard[publisher] + 1) + " of a publisher, but found " + number);
        }
        heard[publisher] = number;
        tally.done(1);
        int slot = (int) number & group.missing[publisher].length - 1;
        if (--group.missing[publisher][slot] == 0) {
            long now = System.nanoTime();
            tally.outstanding--;
            tally.took(now - group.started[publisher][slot]);
            if (tally.running) {
                publish(group, publisher, now);
            }
        }
    }
}
