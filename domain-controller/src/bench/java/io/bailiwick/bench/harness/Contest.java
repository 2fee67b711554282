package io.bailiwick.bench.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rounds in which all contestants take turns, each for one window that is clean. Who loses something is out: its load and its
 * server end at once, since they would go on beside the others.
 */
public final class Contest {
    private static final Duration RUN_UP = Duration.ofMillis(300);
    private static final Duration STEADY = Duration.ofSeconds(1);

    private final Pace pace;

    /** Rounds at this pace. */
    public Contest(Pace pace) {
        this.pace = pace;
    }

    /**
     * What became of one contestant.
     *
     * @param windows one for each round; empty where none was clean
     * @param fault why it gets no figure; null if it gets one
     */
    public record Course(
            Contestant contestant,
            List<Optional<Window>> windows,
            @Nullable String fault) {
        /** Whether more than half of the rounds found a clean window. */
        public boolean isMeasured() {
            return fault == null && windows.stream().filter(Optional::isPresent).count() * 2 > windows.size();
        }
    }

    /** Measures them all. */
    public List<Course> run(List<Contestant> contestants) {
        Map<Contestant, List<Optional<Window>>> windows = new LinkedHashMap<>();
        Map<Contestant, String> faults = new LinkedHashMap<>();
        contestants.forEach(each -> windows.put(each, new ArrayList<>()));
        turns(contestants, faults, this::warmUp);
        for (int round = 0; round < pace.rounds(); round++) {
            turns(contestants, faults, each -> windows.get(each).add(turn(each)));
        }
        return contestants.stream()
                .map(each -> new Course(each, windows.get(each), faults.get(each)))
                .toList();
    }

    private static void turns(List<Contestant> contestants, Map<Contestant, String> faults, Consumer<Contestant> work) {
        for (Contestant each : contestants) {
            if (!faults.containsKey(each)) {
                try {
                    work.accept(each);
                } catch (IllegalStateException lost) {
                    faults.put(each, String.valueOf(lost.getMessage()));
                    end(each, contestants, faults);
                }
            }
        }
    }

    /** Ends a contestant, and those whose server is the same. */
    private static void end(Contestant lost, List<Contestant> contestants, Map<Contestant, String> faults) {
        for (Contestant each : contestants) {
            if (each.server().equals(lost.server())) {
                faults.putIfAbsent(each, "its server ended with that of " + lost.name() + ": " + faults.get(lost));
                each.load().close();
            }
        }
        lost.server().close();
    }

    private void warmUp(Contestant each) {
        long end = System.nanoTime() + pace.warmUp().toNanos();
        Steadiness steadiness = new Steadiness();
        each.load().start();
        while (System.nanoTime() < end && !steadiness.holds()) {
            double compilers = each.server().compilers();
            Window window = Window.of(each.load(), each.server(), STEADY);
            double rate = window.serverCpu() == 0 ? window.rate() : window.perCpuSecond();
            steadiness.add(rate, (each.server().compilers() - compilers) / window.seconds());
        }
        each.load().pause();
    }

    private Optional<Window> turn(Contestant each) {
        each.load().start();
        LockSupport.parkNanos(RUN_UP.toNanos());
        Optional<Window> clean = Optional.empty();
        for (int attempt = 0; attempt < pace.tries() && clean.isEmpty(); attempt++) {
            Window window = Window.of(each.load(), each.server(), pace.window());
            if (window.operations() == 0) {
                throw new IllegalStateException("expected something to be done, but nothing was");
            }
            clean = Optional.of(window).filter(found -> found.others() <= pace.noise());
        }
        each.load().pause();
        return clean;
    }
}
