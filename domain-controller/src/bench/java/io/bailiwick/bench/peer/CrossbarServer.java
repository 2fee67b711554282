package io.bailiwick.bench.peer;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.wire.Speech;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Crossbar.io on CPython, from PyPI: a node with one router worker. Both processes count. */
final class CrossbarServer implements Server {
    private static final String CONFIGURATION = """
            {"version": 2, "workers": [{"type": "router",
              "realms": [{"name": "realm1", "roles": [{"name": "anonymous", "permissions": [
                {"uri": "", "match": "prefix",
                 "allow": {"call": true, "register": true, "publish": true, "subscribe": true}}]}]}],
              "transports": [
                {"type": "rawsocket", "endpoint": {"type": "tcp", "interface": "127.0.0.1", "port": PORT},
                 "serializers": ["msgpack", "cbor", "json"],
                 "auth": {"anonymous": {"type": "static", "role": "anonymous"}}}]}]}
            """;

    private Path program = Path.of("crossbar");

    @Override
    public String name() {
        return "crossbar";
    }

    @Override
    public void install(Path home) throws IOException, InterruptedException {
        program = home.resolve("venv/bin/crossbar");
        if (!Files.exists(program)) {
            Install.run(home, Map.of(), List.of("python3", "-m", "venv", "venv"));
            Install.run(
                    home,
                    Map.of(),
                    List.of("venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "crossbar"));
        }
    }

    @Override
    public ServerProcess start(Path home, Path directory, Setting setting) throws IOException {
        int port = ServerProcess.freePort();
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), CONFIGURATION.replace("PORT", Integer.toString(port)));
        List<String> command = List.of(program.toString(), "start", "--cbdir", directory.toString());
        return ServerProcess.start(new ServerProcess.Start(name(), command, directory, Map.of()), port);
    }

    @Override
    public Speech speech(Wish wish) {
        return Speech.rawSocket(wish.encoding());
    }
}
