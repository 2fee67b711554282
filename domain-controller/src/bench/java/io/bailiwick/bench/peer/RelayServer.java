package io.bailiwick.bench.peer;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.relay.Relay;
import io.bailiwick.bench.wire.Speech;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The relay. What it is framed as is decided when it starts, so there is one for RawSocket and one for WebSocket. */
public final class RelayServer implements Server {
    private static final Pattern PORT = Pattern.compile("port ([0-9]+)");
    private static final Pattern READY = Pattern.compile("(?m)^READY$");

    private final boolean webSocket;
    private final String transport;

    /**
     * A relay.
     *
     * @param transport auto, nio or epoll
     */
    public RelayServer(boolean webSocket, String transport) {
        this.webSocket = webSocket;
        this.transport = transport;
    }

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public ServerProcess start(Path home, Path directory, Setting setting) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Relay.class.getName(),
                transport,
                webSocket ? "websocket" : "length");
        return ServerProcess.start(new ServerProcess.Start(name(), command, directory, Map.of()), PORT, READY);
    }

    @Override
    public Speech speech(Wish wish) {
        return Speech.relay(webSocket, wish.encoding());
    }
}
