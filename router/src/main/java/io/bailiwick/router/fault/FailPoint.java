package io.bailiwick.router.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Places with a name at which a test lets this process fail: between a commit and its answer, say. They are armed by the
 * system property {@value #PROPERTY}, which names a directory; a file there with the name of a place says what is to happen
 * the next time somebody comes by, and is removed first:
 *
 * <ul>
 *   <li>{@code kill}: the process ends at once, as by SIGKILL: nothing is closed, nothing is written
 *   <li>{@code throw}: an {@link IllegalStateException}
 *   <li>{@code spin}: the thread turns for ever and takes a processor
 *   <li>{@code hang}: the thread waits for ever
 *   <li>{@code exhaust}: the thread takes memory until there is no more
 * </ul>
 *
 * <p>Without the property, which only who writes the command line can set, each place is a constant that is null: the compiler
 * removes it.
 */
public final class FailPoint {
    /** The system property that arms the places. */
    public static final String PROPERTY = "bailiwick.failpoints";

    /** What the system says of a process that was killed: 128 and SIGKILL. */
    private static final int KILLED = 137;

    private static final int MEBIBYTE = 1 << 20;
    private static final @Nullable Path ARMED = place(System.getProperty(PROPERTY));

    private FailPoint() {}

    private static @Nullable Path place(@Nullable String directory) {
        return directory == null ? null : Path.of(directory);
    }

    /** Where the places of this process are armed; empty in production. */
    public static Optional<Path> directory() {
        return Optional.ofNullable(ARMED);
    }

    /** Somebody comes by. */
    public static void hit(String name) {
        if (ARMED != null) {
            act(name, ARMED.resolve(name));
        }
    }

    /** Whether a condition with a name is given, for as long as its file is there. */
    public static boolean given(String name) {
        return ARMED != null && Files.exists(ARMED.resolve(name));
    }

    private static void act(String name, Path file) {
        if (!Files.exists(file)) {
            return;
        }
        String what;
        try {
            what = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (!Files.deleteIfExists(file)) {
                return;
            }
        } catch (IOException e) {
            // Somebody else was faster, and it happens to them.
            return;
        }
        switch (what) {
            case "kill" -> Runtime.getRuntime().halt(KILLED);
            case "throw" -> throw new IllegalStateException("fail point " + name);
            case "spin" -> spin();
            case "hang" -> hang();
            case "exhaust" -> exhaust();
            default ->
                throw new IllegalArgumentException(
                        "fail point " + name + ": expected kill, throw, spin, hang or exhaust, but found " + what);
        }
    }

    private static void spin() {
        while (ARMED != null) {
            Thread.onSpinWait();
        }
    }

    private static void hang() {
        while (ARMED != null) {
            LockSupport.park();
        }
    }

    @SuppressWarnings("ModifiedButNotUsed") // it is held, which is all that is wanted of it
    private static void exhaust() {
        List<byte[]> taken = new ArrayList<>();
        while (ARMED != null) {
            taken.add(new byte[MEBIBYTE]);
        }
    }
}
