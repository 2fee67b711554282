package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Ear;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Sessions that join and do nothing. Each of them is to stay. */
public final class Crowd implements Ear, AutoCloseable {
    private final Generator generator;
    private final Target target;
    private final List<Client> all = new ArrayList<>();
    /** Of the generator's loop, as what comes next. */
    private int gone;

    private String reason = "";

    /** Nobody yet. */
    public Crowd(Generator generator, Target target) {
        this.generator = generator;
        this.target = target;
    }

    /** So many more join; not on the loop. */
    public void join(int number, Part part) {
        all.addAll(generator.connect(target, Collections.nCopies(number, part), this));
    }

    /**
     * Makes sure that all who have joined are still there.
     *
     * @throws IllegalStateException when the server has dropped one, or it has heard of an error
     */
    public void requireAll() {
        int lost = generator.ask(() -> gone);
        if (lost > 0) {
            throw new IllegalStateException("expected " + all.size() + " sessions to stay, but " + lost
                    + " were lost, the first since " + generator.ask(() -> reason));
        }
    }

    @Override
    public void failed(Client client, String why) {
        if (gone++ == 0) {
            reason = why;
        }
    }

    @Override
    public void close() {
        generator.close(all);
    }
}
