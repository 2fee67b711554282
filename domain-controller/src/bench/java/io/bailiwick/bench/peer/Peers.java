package io.bailiwick.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Those of others. */
public final class Peers {
    private static final List<Server> ALL = List.of(
            new NexusServer(false),
            new NexusServer(true),
            new CrossbarServer(),
            new JawampaServer(),
            new NatsServer(),
            new MosquittoServer());

    private Peers() {}

    /** Their names, for the help. */
    public static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ALL.stream().map(Server::name).iterator();
        }
    }

    /** Installs those that are named, or all; says which cannot be had, and why. */
    public static List<Server> install(List<String> names, Path home, Consumer<String> says)
            throws InterruptedException {
        List<Server> installed = new ArrayList<>();
        for (Server peer : ALL) {
            if (names.contains(peer.name()) || names.contains("all")) {
                try {
                    peer.install(home.resolve(peer.name()));
                    installed.add(peer);
                } catch (IOException cannot) {
                    says.accept(peer.name() + " cannot be had: " + cannot.getMessage());
                }
            }
        }
        return installed;
    }
}
