package io.bailiwick.domain;

import io.bailiwick.router.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What can come to the files of a store that nobody has open. */
enum Damage {
    /** A bit of any file is the other one: of one that matters, as the check of the store says. */
    FLIPPED_BIT_THAT_MATTERS {
        @Override
        void happen(Path store, Random random) throws IOException {
            Path copy = Files.createTempDirectory("flipped-");
            try {
                do {
                    copy(store, copy);
                    flip(copy, random);
                } while (isSound(copy));
                copy(copy, store);
            } finally {
                delete(copy);
            }
        }
    },
    /** A bit of any file is the other one. */
    FLIPPED_BIT {
        @Override
        void happen(Path store, Random random) throws IOException {
            flip(store, random);
        }
    },
    /** A power cut has left zeros where the next commit was to be. */
    ZEROED_TAIL {
        @Override
        void happen(Path store, Random random) throws IOException {
            Files.write(log(store), new byte[1 + random.nextInt(5000)], StandardOpenOption.APPEND);
        }
    },
    /** A power cut has left what was on the disk before where the next commit was to be. */
    GARBAGE_TAIL {
        @Override
        void happen(Path store, Random random) throws IOException {
            byte[] garbage = new byte[1 + random.nextInt(5000)];
            random.nextBytes(garbage);
            Files.write(log(store), garbage, StandardOpenOption.APPEND);
        }
    },
    /** A power cut has left a part of a commit: of one that the log has already, which looks most like a good one. */
    TORN_TAIL {
        @Override
        void happen(Path store, Random random) throws IOException {
            byte[] all = Files.readAllBytes(log(store));
            int length = 1 + random.nextInt(Math.min(2000, all.length - 1));
            byte[] torn = Arrays.copyOfRange(all, all.length - length, all.length - length / 3);
            Files.write(log(store), torn, StandardOpenOption.APPEND);
        }
    },
    /** The disk has lost the end of what it had said to be written. */
    CUT_TAIL {
        @Override
        void happen(Path store, Random random) throws IOException {
            try (FileChannel log = FileChannel.open(log(store), StandardOpenOption.WRITE)) {
                log.truncate(log.size() - 1 - random.nextInt(200));
            }
        }
    };

    /** Does it. */
    abstract void happen(Path store, Random random) throws IOException;

    /** Whether all that was acknowledged is still there: what was never part of a commit is no loss. */
    boolean isHarmless() {
        return this == ZEROED_TAIL || this == GARBAGE_TAIL || this == TORN_TAIL;
    }

    private static void flip(Path store, Random random) throws IOException {
        List<Path> files = files(store);
        long bits = 0;
        for (Path file : files) {
            bits += Files.size(file) * 8;
        }
        long bit = (long) (random.nextDouble() * bits);
        for (Path file : files) {
            long here = Files.size(file) * 8;
            if (bit < here) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
                Files.write(file, bytes);
                return;
            }
            bit -= here;
        }
    }

    /** Whether the check of a store that nobody has open finds nothing. */
    static boolean isSound(Path store) {
        try {
            return Store.check(store).sound();
        } catch (RuntimeException damaged) {
            return false;
        }
    }

    private static Path log(Path store) throws IOException {
        return files(store).stream()
                .filter(file -> file.toString().endsWith(".xd"))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static List<Path> files(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Makes one directory's files those of another. */
    static void copy(Path from, Path to) throws IOException {
        for (Path file : files(to)) {
            Files.delete(file);
        }
        for (Path file : files(from)) {
            Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Removes a directory and its files. */
    static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
