package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** An event of almost 16 MiB from one publisher to one subscriber, four times a second. */
public final class BigLoad extends TalliedLoad {
    private static final int PAYLOAD = (1 << 24) - 1024;
    private static final long PAUSE = 250_000_000;
    private static final String TOPIC = "com.example.bench.big";
    private static final byte[] TOPIC_BYTES = TOPIC.getBytes(StandardCharsets.UTF_8);

    private final Client publisher;
    private long number;

    private BigLoad(Generator generator, Target target, int group) {
        super(generator);
        Client subscriber = connect(target, new Part(Role.SUBSCRIBER, group, PAYLOAD, "realm1"));
        Generator.await(generator.ask(() -> subscriber.subscribe(TOPIC, "exact")));
        this.publisher = connect(target, new Part(Role.PUBLISHER, group, PAYLOAD, "realm1"));
        tally.add(List.of(subscriber, publisher));
    }

    /** Connects both; not on the loop. */
    public static BigLoad open(Generator generator, Target target, int group) {
        return new BigLoad(generator, target, group);
    }

    private Client connect(Target target, Part part) {
        return Generator.await(generator.connect(target, part, Optional.empty(), this));
    }

    @Override
    public void start() {
        generator.run(() -> {
            tally.running = true;
            publish();
        });
    }

    private void publish() {
        if (tally.running && tally.outstanding == 0) {
            tally.outstanding++;
            publisher.publish(TOPIC_BYTES, ++number);
        }
    }

    @Override
    public void heard(Client subscriber, long eventNumber) {
        if (eventNumber != number) {
            tally.failed("expected event " + number + ", but found " + eventNumber);
        }
        tally.outstanding--;
        tally.done(1);
        generator.later(this::publish, PAUSE);
    }
}
