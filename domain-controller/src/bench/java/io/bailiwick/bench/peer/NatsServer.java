package io.bailiwick.bench.peer;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.wire.Speech;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** NATS, installed by Go. */
final class NatsServer implements Server {
    private static final String MODULE = "github.com/nats-io/nats-server/v2";

    private static final String VERSION = "v2.15.2";

    private Path binary = Path.of("nats-server");

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public void install(Path home) throws IOException, InterruptedException {
        binary = Install.go(home, MODULE + " " + VERSION, MODULE, "nats-server");
    }

    @Override
    public ServerProcess start(Path home, Path directory, Setting setting) throws IOException {
        int port = ServerProcess.freePort();
        List<String> command = List.of(binary.toString(), "--addr", "127.0.0.1", "--port", Integer.toString(port));
        return ServerProcess.start(
                new ServerProcess.Start(name(), command, directory, Map.of("GOMAXPROCS", "1")), port);
    }

    @Override
    public Speech speech(Wish wish) {
        return Speech.nats();
    }
}
