package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Pace;
import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.peer.BailiwickServer;
import io.bailiwick.bench.peer.RelayServer;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.realm.Domain;
import io.bailiwick.bench.wire.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Where scenarios play: the servers, the generator, the pace. Ends whatever was started on it. */
public final class Stage implements AutoCloseable {
    private final Path home;
    private final Path directory;
    private final Pace pace;
    private final String transport;
    private final List<Server> peers;
    private final Consumer<String> says;
    private final Generator generator = new Generator();
    private final List<ServerProcess> running = new ArrayList<>();
    private final List<Domain> domains = new ArrayList<>();
    private int started;

    /**
     * A stage.
     *
     * @param home the checkout
     * @param directory for files of runs
     * @param transport of routers and relays: auto, nio or epoll
     * @param peers those of others, installed
     * @param says takes what is told while it goes on
     */
    public Stage(Path home, Path directory, Pace pace, String transport, List<Server> peers, Consumer<String> says) {
        this.home = home;
        this.directory = directory;
        this.pace = pace;
        this.transport = transport;
        this.peers = List.copyOf(peers);
        this.says = says;
    }

    Pace pace() {
        return pace;
    }

    Generator generator() {
        return generator;
    }

    /** The router. */
    static Server subject() {
        return new BailiwickServer();
    }

    /** The floor. */
    Server relay(boolean webSocket) {
        return new RelayServer(webSocket, transport);
    }

    List<Server> peers() {
        return peers;
    }

    void say(String text) {
        says.accept(text);
    }

    /** Starts a server of its own for the caller. */
    ServerProcess start(Server server, Server.Setting setting) throws IOException {
        Path own = place(server.name());
        ServerProcess process = server.by(transport).start(home, own, setting);
        running.add(process);
        return process;
    }

    /** Starts a domain of its own for the caller, or again on what another has left. */
    Domain domain(Domain.Setting setting) throws IOException {
        Domain domain = Domain.start(home, setting);
        domains.add(domain);
        return domain;
    }

    /** A directory of its own for the caller, without what an earlier run has left there. */
    Path place(String name) throws IOException {
        Path own = directory.resolve("run").resolve(++started + "-" + name);
        delete(own);
        return Files.createDirectories(own);
    }

    /** Removes a directory with all in it, if it is there. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Ends all servers. */
    void clear() {
        domains.forEach(Domain::close);
        domains.clear();
        running.forEach(ServerProcess::close);
        running.clear();
    }

    @Override
    public void close() {
        clear();
        generator.close();
    }
}
