package io.bailiwick.bench.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.bench.load.Load;
import io.bailiwick.bench.load.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a contest, with processes that do as little as there is. */
class ContestTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final double ANY_NOISE = 1_000;
    private static final double NO_WINDOW_IS_CLEAN = -1;

    private static final String RESTS = "exec sleep 600";
    private static final String SPINS = "while :; do :; done";

    @TempDir
    Path directory;

    private final List<ServerProcess> servers = new ArrayList<>();

    @AfterEach
    void end() {
        servers.forEach(ServerProcess::close);
    }

    private ServerProcess server(String script) throws IOException {
        List<String> command = List.of("sh", "-c", "echo port 1; echo READY; " + script);
        ServerProcess server = ServerProcess.start(
                new ServerProcess.Start("server", command, directory.resolve("s" + servers.size()), Map.of(), false),
                Pattern.compile("port ([0-9]+)"),
                Pattern.compile("READY"));
        servers.add(server);
        return server;
    }

    private static Pace pace(int rounds, int tries, double noise) {
        return new Pace(rounds, SHORT, Duration.ZERO, tries, noise);
    }

    /** Says that it did one operation whenever it is asked, until it is told to fail. */
    private static final class Counted implements Load {
        private final int failsAtSample;
        private int samples;
        private boolean closed;

        Counted(int failsAtSample) {
            this.failsAtSample = failsAtSample;
        }

        @Override
        public void start() {}

        @Override
        public void pause() {}

        @Override
        public Sample sample() {
            if (++samples == failsAtSample) {
                throw new IllegalStateException("lost one");
            }
            return new Sample(System.nanoTime(), 1, new Histogram(2));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void allTakeTurnsAndEachGetsAWindowInEachRound() throws IOException {
        Counted one = new Counted(0);
        Counted other = new Counted(0);
        List<Contest.Course> courses = new Contest(pace(3, 2, ANY_NOISE))
                .run(List.of(
                        new Contestant("one", "", server(RESTS), one),
                        new Contestant("other", "", server(RESTS), other)));
        for (Contest.Course course : courses) {
            assertNull(course.fault());
            assertEquals(3, course.windows().size());
            assertTrue(course.isMeasured());
        }
        assertFalse(one.closed, "whoever made a load that holds closes it");
    }

    @Test
    void whoFailsEndsWithHisLoadAndHisServer() throws IOException {
        Counted failing = new Counted(3);
        Counted sharing = new Counted(0);
        Counted other = new Counted(0);
        ServerProcess shared = server(RESTS);
        List<Contest.Course> courses = new Contest(pace(3, 1, ANY_NOISE))
                .run(List.of(
                        new Contestant("failing", "", shared, failing),
                        new Contestant("sharing", "", shared, sharing),
                        new Contestant("other", "", server(RESTS), other)));
        assertEquals("lost one", courses.get(0).fault());
        assertEquals(
                "its server ended with that of failing: lost one",
                courses.get(1).fault());
        assertFalse(courses.get(0).isMeasured());
        assertTrue(failing.closed, "its load");
        assertTrue(sharing.closed, "what else was on its server");
        assertFalse(ProcessHandle.of(shared.pid()).map(ProcessHandle::isAlive).orElse(false), "its server");
        assertNull(courses.get(2).fault());
        assertTrue(courses.get(2).isMeasured());
    }

    @Test
    void aWindowThatIsNotCleanIsRepeatedAsOftenAsThePaceSays() throws IOException {
        Counted load = new Counted(0);
        Contest.Course course = new Contest(pace(2, 3, NO_WINDOW_IS_CLEAN))
                .run(List.of(new Contestant("one", "", server(RESTS), load)))
                .get(0);
        assertNull(course.fault());
        assertFalse(course.isMeasured());
        // Each window has a sample at its beginning and one at its end.
        assertEquals(2 * 2 * 3, load.samples);
    }

    @Test
    void halfOfTheRoundsAreNotEnough() {
        Window clean = new Window(1, 1, 1, 1, 0, 1, 1);
        Optional<Window> some = Optional.of(clean);
        Optional<Window> none = Optional.empty();
        Contestant one = new Contestant("one", "", null, new Counted(0));
        assertFalse(new Contest.Course(one, List.of(some, none), null).isMeasured());
        assertTrue(new Contest.Course(one, List.of(some, none, some), null).isMeasured());
        assertFalse(new Contest.Course(one, List.of(some, some, some), "lost one").isMeasured());
    }

    @Test
    void otherContestantsAreNoise() throws IOException {
        ServerProcess resting = server(RESTS);
        ServerProcess busy = server(SPINS);
        double spent = busy.cpu();
        double all = Machine.busy();
        Window window = Window.of(new Counted(0), resting, Duration.ofSeconds(1));
        double spared =
                Machine.busy() - all - window.serverCpu() - window.generatorCpu() - window.others() * window.seconds();
        double half = (busy.cpu() - spent) / 2;
        assertTrue(half > 0);
        assertTrue(spared < half, () -> "expected less than " + half + " s to be left out, but found " + spared);
    }

    @Test
    void aServerIsAtRestWhenItsWorkIsDone() throws IOException {
        Path done = directory.resolve("done");
        ServerProcess server = server("i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done; : >" + done + "; " + RESTS);
        server.awaitRest();
        assertTrue(Files.exists(done));
    }
}
