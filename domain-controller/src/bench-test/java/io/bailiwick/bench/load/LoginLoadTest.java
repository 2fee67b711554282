package io.bailiwick.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.peer.RelayServer;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Generator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginLoadTest {
    @TempDir
    Path directory;

    @Test
    void whenItIsClosedNobodyComesAgain() throws IOException {
        Server server = new RelayServer(false, "nio");
        try (Generator generator = new Generator();
                ServerProcess process = server.start(directory, directory.resolve("relay"), Server.Setting.DEFAULT)) {
            LoginLoad load =
                    new LoginLoad(generator, server.target(process, new Server.Wish(false, Encoding.CBOR)), 8, 4);
            load.start();
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (load.sample().operations() == 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            load.close();
            while (generator.ask(() -> load.tally.outstanding) > 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertEquals(0, generator.ask(() -> load.tally.outstanding));
        }
    }
}
