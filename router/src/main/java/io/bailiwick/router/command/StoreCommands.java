package io.bailiwick.router.command;

import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreLockedException;
import io.bailiwick.router.store.StoreReport;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bailiwick store ...}: stores that no process has open. */
final class StoreCommands {
    private StoreCommands() {}

    /** What is done to a store; what stands against it becomes an exit code. */
    @FunctionalInterface
    private interface Work {
        int run() throws Exception;
    }

    private static int guarded(Work work) throws Exception {
        try {
            return work.run();
        } catch (StoreLockedException taken) {
            throw new CommandException(ExitCode.CONFLICT, String.valueOf(taken.getMessage()));
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
        }
    }

    /** Checks a store. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Read every row of a store and say what is wrong; exit code 1 if anything is.")
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "The store, for example ~/.bailiwick/master/domain.")
        private Path directory = Path.of("");

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() throws Exception {
            return guarded(() -> {
                StoreReport report = Store.check(directory);
                Map<String, Object> shown = new LinkedHashMap<>();
                shown.put("schema", report.schema());
                shown.put("version", report.version());
                shown.put("tables", report.tables());
                shown.put("rows", report.rows());
                shown.put("problems", report.problems());
                output.object(shown);
                return report.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
            });
        }
    }

    /** Exports a store. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Write all rows of a store to a file, as lines of JSON (docs/store-format.md).")
    static final class Export implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "DIR", description = "The store.")
        private Path directory = Path.of("");

        @Parameters(index = "1", paramLabel = "FILE", description = "The file, which must not exist yet.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws Exception {
            return guarded(() -> {
                if (Files.exists(file)) {
                    throw new CommandException(ExitCode.CONFLICT, "expected no file " + file + ", but there is one");
                }
                // It holds what the store holds, which is nobody's business but the owner's.
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                boolean whole = false;
                try (OutputStream to = new BufferedOutputStream(Files.newOutputStream(file))) {
                    Store.export(directory, to);
                    to.flush();
                    whole = true;
                } finally {
                    if (!whole) {
                        Files.deleteIfExists(file);
                    }
                }
                return ExitCode.OK;
            });
        }
    }

    /** Imports a store. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Make a store from an exported file: all of it, or nothing.")
    static final class Import implements Callable<Integer> {
        @Parameters(
                index = "0",
                paramLabel = "DIR",
                description = "The new store: a directory that is empty or not there.")
        private Path directory = Path.of("");

        @Parameters(index = "1", paramLabel = "FILE", description = "The exported file.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws Exception {
            return guarded(() -> {
                try (InputStream from = new BufferedInputStream(Files.newInputStream(file))) {
                    Store.importInto(directory, from);
                }
                return ExitCode.OK;
            });
        }
    }
}
