package io.bailiwick.bench.peer;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.wire.Speech;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Mosquitto, as Debian has it: its packages are unpacked, not installed. */
final class MosquittoServer implements Server {
    private static final String CONFIGURATION = """
            listener PORT 127.0.0.1
            allow_anonymous true
            max_queued_messages 0
            """;

    private Path root = Path.of("root");

    @Override
    public String name() {
        return "mosquitto";
    }

    @Override
    public void install(Path home) throws IOException, InterruptedException {
        root = home.resolve("root");
        if (!Files.exists(binary())) {
            Install.run(
                    home,
                    Map.of(),
                    List.of("apt-get", "download", "mosquitto", "libcjson1", "libdlt2", "libwebsockets17", "libwrap0"));
            for (Path each : packages(home)) {
                Install.run(home, Map.of(), List.of("dpkg", "-x", each.toString(), root.toString()));
            }
        }
    }

    private static List<Path> packages(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.filter(file -> file.toString().endsWith(".deb")).toList();
        }
    }

    private Path binary() {
        return root.resolve("usr/sbin/mosquitto");
    }

    /** Directories with its libraries. */
    private String libraries() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.toString().contains(".so"))
                    .map(file -> String.valueOf(file.getParent()))
                    .distinct()
                    .forEach(found::add);
        }
        return found.stream().collect(Collectors.joining(":"));
    }

    @Override
    public ServerProcess start(Path home, Path directory, Setting setting) throws IOException {
        int port = ServerProcess.freePort();
        Files.createDirectories(directory);
        Path file = Files.writeString(
                directory.resolve("mosquitto.conf"), CONFIGURATION.replace("PORT", Integer.toString(port)));
        List<String> command = List.of(binary().toString(), "-c", file.toString());
        return ServerProcess.start(
                new ServerProcess.Start(name(), command, directory, Map.of("LD_LIBRARY_PATH", libraries())), port);
    }

    @Override
    public Speech speech(Wish wish) {
        return Speech.mqtt();
    }
}
