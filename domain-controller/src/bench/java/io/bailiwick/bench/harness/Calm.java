package io.bailiwick.bench.harness;

import java.io.IOException;
import java.util.Optional;

/** Whether others were busy while something happened once. */
public final class Calm {
    private static final double NANOS = 1e9;

    private final long began = System.nanoTime();
    private final double busy = Machine.busy();
    private final double own = Machine.own();

    private Calm() {}

    /** Looks from now on. */
    public static Calm begin() {
        return new Calm();
    }

    /**
     * Whether others had less than the pace allows, since the beginning. Processes of ours may have ended meanwhile, if those
     * who started them have not.
     */
    public boolean held(Pace pace) {
        double seconds = (System.nanoTime() - began) / NANOS;
        return (Machine.busy() - busy - (Machine.own() - own)) / seconds <= pace.noise();
    }

    /** Something that is measured as a whole; empty when it was not calm. */
    public interface Attempt<T> {
        Optional<T> make() throws IOException;
    }

    /** Tries until it was calm, as often as the pace says. */
    public static <T> Optional<T> attempt(Pace pace, Attempt<T> attempt) throws IOException {
        Optional<T> found = Optional.empty();
        for (int tried = 0; tried < pace.tries() && found.isEmpty(); tried++) {
            found = attempt.make();
        }
        return found;
    }
}
