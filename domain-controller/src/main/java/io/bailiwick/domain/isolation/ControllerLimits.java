package io.bailiwick.domain.isolation;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one realm controller may have. Whoever wants more memory than this ends, and is started again: the reason is shown.
 *
 * @param heap of the Java heap, in mebibytes
 * @param metaspace of loaded classes, in mebibytes
 * @param directMemory of buffers outside the heap, in mebibytes
 * @param openFiles files and sockets that are open at the same time
 * @param idleAfter how long nobody may be in the realm before its controller is stopped; zero for always running
 */
public record ControllerLimits(int heap, int metaspace, int directMemory, int openFiles, Duration idleAfter) {
    /** 192, 96 and 32 MiB, 1024 files, always running. */
    public static final ControllerLimits STANDARD = new ControllerLimits(192, 96, 32, 1024, Duration.ZERO);

    static final Set<String> NAMES = Set.of("heap", "metaspace", "direct_memory", "open_files", "idle_after");

    /** What a JVM has besides what it can be bounded in: compiled code, stacks, archived classes, its own tables. */
    private static final int REST = 320;

    private static final int MOST_MEBIBYTES = 1 << 20;

    /** What a node of the configuration says; what it leaves out is as given. */
    static ControllerLimits read(YamlNode node, ControllerLimits otherwise) throws InvalidOptionsException {
        return new ControllerLimits(
                number(node, "heap", 16, MOST_MEBIBYTES, otherwise.heap),
                number(node, "metaspace", 48, MOST_MEBIBYTES, otherwise.metaspace),
                number(node, "direct_memory", 8, MOST_MEBIBYTES, otherwise.directMemory),
                number(node, "open_files", 256, 1 << 20, otherwise.openFiles),
                Duration.ofMinutes(number(node, "idle_after", 0, 525_600, (int) otherwise.idleAfter.toMinutes())));
    }

    private static int number(YamlNode node, String name, int least, int most, int otherwise)
            throws InvalidOptionsException {
        Optional<YamlNode> found = node.get(name);
        return found.isPresent() ? found.get().number(least, most) : otherwise;
    }

    /** These limits as a file would say them. */
    Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("heap", heap);
        shown.put("metaspace", metaspace);
        shown.put("direct_memory", directMemory);
        shown.put("open_files", openFiles);
        shown.put("idle_after", idleAfter.toMinutes());
        return shown;
    }

    /** The flags of a JVM that keeps to this, and ends when it cannot. */
    List<String> flags() {
        return List.of(
                "-Xmx" + heap + "m",
                "-XX:MaxMetaspaceSize=" + metaspace + "m",
                "-XX:MaxDirectMemorySize=" + directMemory + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash");
    }

    /** Writable memory of the whole process, in bytes: the bound behind the other bounds. */
    long data() {
        return ((long) heap + metaspace + directMemory + REST) << 20;
    }
}
