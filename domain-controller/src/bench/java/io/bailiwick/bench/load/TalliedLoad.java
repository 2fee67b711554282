package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Ear;
import io.bailiwick.bench.wire.Generator;

/** A load that keeps a tally of what it does, and is as good as what that says. */
abstract class TalliedLoad implements Load, Ear {
    final Generator generator;
    final Tally tally;

    TalliedLoad(Generator generator) {
        this.generator = generator;
        this.tally = new Tally(generator);
    }

    @Override
    public void failed(Client client, String reason) {
        tally.failed(reason);
    }

    @Override
    public void pause() {
        tally.pause();
    }

    @Override
    public Sample sample() {
        return tally.sample();
    }

    @Override
    public void close() {
        tally.close();
    }
}
