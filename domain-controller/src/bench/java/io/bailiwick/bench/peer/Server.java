package io.bailiwick.bench.peer;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Speech;
import io.bailiwick.bench.wire.Target;
import java.io.IOException;
import java.nio.file.Path;

/** A kind of server. */
public interface Server {
    /** The name, also on the command line. */
    String name();

    /**
     * Installs what it needs, if that has not been done.
     *
     * @throws IOException why it cannot be had
     */
    default void install(Path home) throws IOException, InterruptedException {}

    /**
     * Starts one.
     *
     * @param setting what the scenario needs of the router
     */
    ServerProcess start(Path home, Path directory, Setting setting) throws IOException;

    /** The same by another transport of its network: auto, nio or epoll. Those of others have no choice, nor who has one already. */
    default Server by(String transport) {
        return this;
    }

    /** What it speaks, next to what is wished for. */
    Speech speech(Wish wish);

    /** Where its WebSockets are. */
    default String path() {
        return "/ws";
    }

    /** A running one, as a client sees it. */
    default Target target(ServerProcess running, Wish wish) {
        return new Target(running.port(), path(), speech(wish));
    }

    /** A transport and a format that a scenario is about. */
    record Wish(boolean webSocket, Encoding encoding) {}

    /**
     * What a scenario needs of the router beyond its defaults.
     *
     * @param limits of the listener, as lines of YAML
     * @param realmLimits of realms
     * @param keys how many principals bench0, bench1, ... may log in with their keys
     */
    record Setting(String limits, String realmLimits, int keys) {
        /** Nothing. */
        public static final Setting DEFAULT = new Setting("", "", 0);
    }
}
