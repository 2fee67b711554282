package io.bailiwick.domain.isolation;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How realm controllers run.
 *
 * <pre>
 * controllers:
 *   sandbox: auto         # auto: bubblewrap where the machine has it and it works; bubblewrap: nothing else will do; none
 *   hung_after: 10        # seconds without a sign of life; then it is killed and started again
 *   heap: 192             # MiB of Java heap
 *   metaspace: 96         # MiB of loaded classes
 *   direct_memory: 32     # MiB of buffers
 *   open_files: 1024
 *   idle_after: 0         # minutes with nobody in the realm, after which it is stopped until somebody comes; 0: never
 *   realms:               # other bounds for realms by name
 *     plant: {heap: 256, idle_after: 30}
 * </pre>
 *
 * @param sandbox what is put around them
 * @param hungAfter how long one may give no sign of life
 * @param standard the bounds of each
 * @param realms the bounds of some, by the name of the realm
 */
public record ControllerOptions(
        SandboxChoice sandbox, Duration hungAfter, ControllerLimits standard, Map<String, ControllerLimits> realms) {
    /** A sandbox where there is one, 10 s, and {@link ControllerLimits#STANDARD} for all. */
    public static final ControllerOptions STANDARD =
            new ControllerOptions(SandboxChoice.AUTO, Duration.ofSeconds(10), ControllerLimits.STANDARD, Map.of());

    /** What is put around a realm controller. */
    public enum SandboxChoice {
        /** Bubblewrap where the machine has it and it works, else nothing. */
        AUTO,
        /** Bubblewrap; where it does not work the domain does not start. */
        BUBBLEWRAP,
        /** Nothing. */
        NONE
    }

    /** Copies the map. */
    public ControllerOptions {
        realms = Map.copyOf(realms);
    }

    /** The bounds of the controller of a realm. */
    public ControllerLimits of(String realm) {
        return realms.getOrDefault(realm, standard);
    }

    /** Whether any realm is stopped when nobody needs it. */
    public boolean anyOnDemand() {
        return !standard.idleAfter().isZero()
                || realms.values().stream()
                        .anyMatch(limits -> !limits.idleAfter().isZero());
    }

    /** What the node {@code controllers} says; what it leaves out is as in {@link #STANDARD}. */
    public static ControllerOptions read(YamlNode node) throws InvalidOptionsException {
        Set<String> names = new HashSet<>(ControllerLimits.NAMES);
        names.addAll(Set.of("sandbox", "hung_after", "realms"));
        node.allowOnly(names);
        ControllerLimits standard = ControllerLimits.read(node, ControllerLimits.STANDARD);
        Map<String, ControllerLimits> realms = new HashMap<>();
        Optional<YamlNode> others = node.get("realms");
        if (others.isPresent()) {
            for (String realm : others.get().names()) {
                YamlNode other = others.get().require(realm);
                other.allowOnly(ControllerLimits.NAMES);
                realms.put(realm, ControllerLimits.read(other, standard));
            }
        }
        Optional<YamlNode> hungAfter = node.get("hung_after");
        Optional<YamlNode> sandbox = node.get("sandbox");
        return new ControllerOptions(
                sandbox.isPresent() ? choice(sandbox.get()) : STANDARD.sandbox,
                hungAfter.isPresent() ? Duration.ofSeconds(hungAfter.get().number(1, 3600)) : STANDARD.hungAfter,
                standard,
                realms);
    }

    private static SandboxChoice choice(YamlNode node) throws InvalidOptionsException {
        String text = node.text();
        for (SandboxChoice choice : SandboxChoice.values()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(text)) {
                return choice;
            }
        }
        throw node.wrong("auto, bubblewrap or none", "another text");
    }

    /** These options as a file would say them. */
    public Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("sandbox", sandbox.name().toLowerCase(Locale.ROOT));
        shown.put("hung_after", hungAfter.toSeconds());
        shown.putAll(standard.shown());
        Map<String, Object> others = new TreeMap<>();
        realms.forEach((realm, limits) -> others.put(realm, limits.shown()));
        shown.put("realms", others);
        return shown;
    }
}
