package io.bailiwick.domain.supervision;

import io.bailiwick.router.child.ParentProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

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
            case "loops", "deadlocks" -> {
                Executor worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "worker"));
                ParentProcess.attend(
                        worker, () -> "", () -> Runtime.getRuntime().halt(0));
                ParentProcess.ready();
                worker.execute(arguments[0].equals("loops") ? SomeController::loop : SomeController::deadlock);
            }
            case "exhausts" -> {
                ParentProcess.ready();
                exhaust();
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        hang();
    }

    private static void loop() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    /** Two locks, taken by two threads in two orders. */
    private static void deadlock() {
        Object one = new Object();
        Object other = new Object();
        CyclicBarrier both = new CyclicBarrier(2);
        Thread second = new Thread(() -> take(other, one, both), "second");
        second.setDaemon(true);
        second.start();
        take(one, other, both);
    }

    private static void take(Object first, Object then, CyclicBarrier both) {
        synchronized (first) {
            try {
                both.await();
            } catch (Exception never) {
                throw new IllegalStateException(never);
            }
            synchronized (then) {
                hang();
            }
        }
    }

    private static void exhaust() {
        List<byte[]> taken = new ArrayList<>();
        while (taken.size() < 1000) {
            taken.add(new byte[1 << 20]);
        }
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
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                SomeController.class.getName(),
                behaviour);
    }
}
