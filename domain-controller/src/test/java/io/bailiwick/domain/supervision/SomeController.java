package io.bailiwick.domain.supervision;

import io.bailiwick.router.child.ParentProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A child process that behaves as its one argument says. */
public final class SomeController {
    private SomeController() {}

    /** Runs until its parent is gone, unless told otherwise. */
    public static void main(String[] arguments) throws Exception {
        ParentProcess.settings();
        switch (arguments[0]) {
            case "exits" -> {
                System.err.println("the store is locked");
                System.exit(3);
            }
            case "stubborn" -> {
                // Neither the end of stdin nor SIGTERM makes it leave.
                Runtime.getRuntime().addShutdownHook(new Thread(SomeController::hang));
                ParentProcess.ready();
            }
            case "ready" -> {
                ParentProcess.onGone(() -> Runtime.getRuntime().halt(0));
                ParentProcess.ready();
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        hang();
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException never) {
            throw new IllegalStateException(never);
        }
    }

    /** The command that runs this class, with small needs and a quick start. */
    static List<String> command(String behaviour) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-cp",
                System.getProperty("java.class.path"),
                SomeController.class.getName(),
                behaviour);
    }
}
