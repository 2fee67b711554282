package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Ear;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A subscriber of an {@link EventLoad} that reads nothing. What the server does with it is its business. */
public final class SlowLoad implements Load, Ear {
    private final Generator generator;
    private final Target target;
    private final Part part;
    private @Nullable Client client;

    /** One more subscriber of the load's first group. */
    public SlowLoad(Generator generator, Target target, int payload) {
        this.generator = generator;
        this.target = target;
        this.part = Part.of(Role.SUBSCRIBER, 0, payload);
    }

    /** A new one comes, subscribes and reads no more. */
    @Override
    public void start() {
        Client fresh = Generator.await(generator.connect(target, part, Optional.empty(), this));
        client = fresh;
        Generator.await(generator.ask(() -> fresh.subscribe(EventLoad.topic(target.speech(), 0, 0), "exact")));
        generator.run(() -> fresh.reading(false));
    }

    @Override
    public void failed(Client gone, String reason) {
        // It may well be thrown out.
    }

    @Override
    public void pause() {
        if (client != null) {
            generator.close(List.of(client));
            client = null;
        }
    }

    @Override
    public Sample sample() {
        return new Sample(System.nanoTime(), 0, new Histogram(2));
    }

    @Override
    public void close() {
        pause();
    }
}
