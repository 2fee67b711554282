package io.bailiwick.bench.peer;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.wire.Key;
import io.bailiwick.bench.wire.Speech;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The router on its own, as {@code bailiwick router run} starts it, with a file made for the scenario. */
public final class BailiwickServer implements Server {
    private static final Pattern PORT = Pattern.compile("tcp://127\\.0\\.0\\.1:([0-9]+)");
    private static final Pattern READY = Pattern.compile("(?m)^READY$");

    private final String name;
    private final String network;

    private BailiwickServer(String name, String network) {
        this.name = name;
        this.network = network;
    }

    /** As it is set up. */
    public BailiwickServer() {
        this("bailiwick", "");
    }

    /** By a transport that is not that of the others of this run. */
    public static Server byItsOwn(String transport) {
        return new BailiwickServer("bailiwick-" + transport, "transport: " + transport + "\n");
    }

    /** With so many event loops. */
    public static Server withLoops(int threads) {
        return new BailiwickServer("bailiwick-" + threads, "threads: " + threads + "\n");
    }

    @Override
    public Server by(String transport) {
        return network.contains("transport: ")
                ? this
                : new BailiwickServer(name, network + "transport: " + transport + "\n");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ServerProcess start(Path home, Path directory, Setting setting) throws IOException {
        Files.createDirectories(directory);
        Path file = Files.writeString(directory.resolve("router.yaml"), network + configuration(setting));
        List<String> command =
                List.of(home.resolve("bailiwick").toString(), "router", "run", "--config", file.toString());
        return ServerProcess.start(new ServerProcess.Start(name(), command, directory, Map.of()), PORT, READY);
    }

    @Override
    public Speech speech(Wish wish) {
        return wish.webSocket() ? Speech.webSocket(wish.encoding()) : Speech.rawSocket(wish.encoding());
    }

    private static String configuration(Setting setting) {
        StringBuilder text = new StringBuilder("listeners:\n  - name: bench\n    endpoint: tcp://127.0.0.1:0\n");
        if (!setting.limits().isEmpty()) {
            text.append("    limits: {").append(setting.limits()).append("}\n");
        }
        if (setting.keys() > 0) {
            text.append("authentication:\n  throttle: {address_burst: 1000000, authid_burst: 1000000}\n");
        }
        text.append("realms:\n");
        for (int realm = 1; realm <= 2; realm++) {
            text.append("  - name: realm").append(realm).append("\n    anonymous: guest\n");
            if (!setting.realmLimits().isEmpty()) {
                text.append("    limits: {").append(setting.realmLimits()).append("}\n");
            }
            text.append("    roles:\n      - name: guest\n        rules:\n");
            text.append("          - {uri: \"\", match: prefix, allow: [call, register, publish, subscribe]}\n");
            if (realm == 1 && setting.keys() > 0) {
                principals(text, setting.keys());
            }
        }
        return text.toString();
    }

    private static void principals(StringBuilder text, int keys) {
        text.append("    principals:\n");
        for (int number = 0; number < keys; number++) {
            Key key = new Key(number);
            text.append("      - {authid: ").append(key.authid());
            text.append(", role: guest, authorized_keys: [\"")
                    .append(key.publicHex())
                    .append("\"]}\n");
        }
    }
}
