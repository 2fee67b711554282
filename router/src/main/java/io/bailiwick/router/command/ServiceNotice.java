package io.bailiwick.router.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a service manager that waits for it how this process stands, by the protocol of sd_notify(3): where
 * {@code NOTIFY_SOCKET} is in the environment, else nothing happens.
 *
 * <p>The words go to a datagram socket of unix, which Java has none of. So {@code systemd-notify} says them, which is wherever
 * systemd is, instead of a library of native code; the unit has to let it: {@code NotifyAccess=all}. That is a process for each
 * word, which is why there is no watchdog: one that is out of memory could not say that it is well.
 */
public final class ServiceNotice {
    private static final Logger log = LoggerFactory.getLogger(ServiceNotice.class);
    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private ServiceNotice() {}

    /** It serves: after the start, and after each {@link #reloading}. */
    public static void ready(String status) {
        tell("READY=1", "STATUS=" + status);
    }

    /** It reads its configuration again. */
    public static void reloading() {
        // Of the clock that systemd means: Linux' monotonic one.
        tell("RELOADING=1", "MONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /** It ends. */
    public static void stopping(String status) {
        tell("STOPPING=1", "STATUS=" + status);
    }

    private static void tell(String... words) {
        String socket = System.getenv(SOCKET);
        if (socket == null || socket.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("systemd-notify"));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                log.warn("The service manager could not be told {}: systemd-notify does not end", words[0]);
            } else if (process.exitValue() != 0) {
                log.warn("The service manager could not be told {}: exit code {}", words[0], process.exitValue());
            }
        } catch (IOException e) {
            log.warn("The service manager could not be told {}: {}", words[0], e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
