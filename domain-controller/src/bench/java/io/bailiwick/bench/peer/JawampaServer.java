package io.bailiwick.bench.peer;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Speech;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The router of jawampa, with the libraries that it names itself. It has no RawSocket and no CBOR. */
final class JawampaServer implements Server {
    private static final String VERSION = "0.5.0";

    private Path home = Path.of("jawampa");

    @Override
    public String name() {
        return "jawampa";
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = JawampaServer.class.getResourceAsStream("/peers/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void install(Path directory) throws IOException, InterruptedException {
        home = directory;
        if (Files.exists(home.resolve("lib"))) {
            return;
        }
        Files.createDirectories(home);
        Files.writeString(home.resolve("JawampaRouter.java"), resource("JawampaRouter.java"));
        Files.writeString(home.resolve("pom.xml"), resource("jawampa-pom.xml").replace("VERSION", VERSION));
        Install.run(
                home,
                Map.of(),
                List.of("mvn", "-B", "-q", "dependency:copy-dependencies", "-DoutputDirectory=" + home.resolve("lib")));
    }

    @Override
    public ServerProcess start(Path checkout, Path directory, Setting setting) throws IOException {
        int port = ServerProcess.freePort();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-cp",
                home.resolve("lib") + "/*",
                home.resolve("JawampaRouter.java").toString(),
                Integer.toString(port));
        return ServerProcess.start(new ServerProcess.Start(name(), command, directory, Map.of()), port);
    }

    @Override
    public Speech speech(Wish wish) {
        return Speech.webSocket(wish.encoding() == Encoding.MSGPACK ? Encoding.MSGPACK : Encoding.JSON);
    }
}
