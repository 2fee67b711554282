package io.bailiwick.bench.peer;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Speech;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The router nexus, built by Go. Its queue for each client, 64 if not said, is raised: it drops what is beyond it. */
final class NexusServer implements Server {
    private static final String CONFIGURATION = """
            {"websocket": {"address": "127.0.0.1:WEBSOCKET", "out_queue_size": 4096},
             "rawsocket": {"tcp_address": "127.0.0.1:RAWSOCKET", "out_queue_size": 4096},
             "router": {"realms": [{"uri": "realm1", "anonymous_auth": true}]}}
            """;

    private final boolean webSocket;
    private Path binary = Path.of("nexusd");

    /** The one or the other of its ports. */
    NexusServer(boolean webSocket) {
        this.webSocket = webSocket;
    }

    @Override
    public String name() {
        return webSocket ? "nexus-ws" : "nexus";
    }

    @Override
    public void install(Path home) throws IOException, InterruptedException {
        binary = Install.go(
                home, "github.com/gammazero/nexus/v3 v3.2.2", "github.com/gammazero/nexus/v3/nexusd", "nexusd");
    }

    @Override
    public ServerProcess start(Path home, Path directory, Setting setting) throws IOException {
        int port = ServerProcess.freePort();
        int other = ServerProcess.freePort();
        Files.createDirectories(directory);
        Path file = Files.writeString(
                directory.resolve("nexus.json"),
                CONFIGURATION
                        .replace("WEBSOCKET", Integer.toString(webSocket ? port : other))
                        .replace("RAWSOCKET", Integer.toString(webSocket ? other : port)));
        List<String> command = List.of(binary.toString(), "-c", file.toString());
        return ServerProcess.start(
                new ServerProcess.Start(name(), command, directory, Map.of("GOMAXPROCS", "1")), port);
    }

    @Override
    public Speech speech(Wish wish) {
        Encoding encoding = wish.encoding();
        return webSocket ? Speech.webSocket(encoding) : Speech.rawSocket(encoding);
    }
}
