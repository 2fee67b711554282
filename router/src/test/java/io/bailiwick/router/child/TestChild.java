package io.bailiwick.router.child;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A child that behaves, well or badly, as its first argument says. */
public final class TestChild {
    private TestChild() {}

    /** Runs until its parent is gone, unless told otherwise. */
    public static void main(String[] arguments) throws Exception {
        String settings = arguments[0].equals("never-reads") ? "" : ParentProcess.settings();
        switch (arguments[0]) {
            case "ready" -> System.err.println("settings of " + settings.length() + " characters");
            case "never-reads" -> {
                ParentProcess.ready();
                hang();
            }
            case "exits" -> {
                System.err.println("the store is locked");
                System.exit(3);
            }
            case "ready-then-exits" -> {
                ParentProcess.ready();
                System.err.println("something broke");
                System.exit(4);
            }
            case "never-ready" -> new CountDownLatch(1).await();
            case "stubborn" -> {
                // Neither the end of stdin nor SIGTERM makes it leave.
                Runtime.getRuntime().addShutdownHook(new Thread(TestChild::hang));
                ParentProcess.ready();
                hang();
            }
            case "deaf" -> {
                // The end of stdin does not make it leave, SIGTERM does.
                ParentProcess.ready();
                hang();
            }
            case "noisy" -> noise();
            case "shows-environment" -> {
                System.err.println("arguments "
                        + ProcessHandle.current().info().arguments().map(List::of));
                System.err.println("environment " + System.getenv());
            }
            case "shows-files" -> showFiles();
            case "shows-directory" -> System.err.println(Path.of("").toAbsolutePath());
            case "works", "stuck" -> {
                work(arguments[0].equals("stuck"));
                ParentProcess.ready();
                hang();
            }
            case "exhausts" -> {
                ParentProcess.ready();
                exhaust();
            }
            case "grandparent" -> grandparent();
            case "breeds" -> {
                ChildProcess grandchild = ChildProcess.start(command("deaf"), "{}", line -> {});
                System.err.println("grandchild " + grandchild.pid());
                Runtime.getRuntime().addShutdownHook(new Thread(TestChild::hang));
                ParentProcess.ready();
                hang();
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        ParentProcess.onGone(() -> Runtime.getRuntime().halt(0));
        ParentProcess.ready();
        new CountDownLatch(1).await();
    }

    /** The command that runs this class, with small needs and a quick start. */
    public static List<String> command(String behaviour) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-Xshare:auto", "-cp"));
        command.add(place(ChildProcess.class) + File.pathSeparator + place(TestChild.class));
        command.add(TestChild.class.getName());
        command.add(behaviour);
        return command;
    }

    private static String place(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    private static void showFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open.toList()) {
                try {
                    System.err.println(Files.readSymbolicLink(descriptor));
                } catch (IOException gone) {
                    // The one that the list itself was read by.
                    System.err.println("gone");
                }
            }
        }
    }

    private static void work(boolean stuck) {
        Executor worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "the-worker"));
        if (stuck) {
            worker.execute(TestChild::hang);
        }
        ParentProcess.attend(worker, () -> "the disk is full\nand more", () -> Runtime.getRuntime()
                .halt(0));
    }

    private static void exhaust() {
        List<byte[]> taken = new ArrayList<>();
        while (taken.size() < 1000) {
            taken.add(new byte[1 << 20]);
        }
    }

    private static void noise() {
        for (int i = 0; i < 20_000; i++) {
            System.err.println("noise " + i);
        }
        System.out.print("x".repeat(1_000_000));
        System.out.println();
        System.out.println("READY?");
        System.out.flush();
    }

    private static void grandparent() throws Exception {
        ChildProcess child = ChildProcess.start(command("ready"), "{}", line -> {});
        child.ready().get();
        System.err.println("child " + child.pid());
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
