package io.bailiwick.router.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The reading of one file: where paths begin, and the faults found so far. */
public final class Reading {
    private static final int MAX_SECRET_FILE = 64 << 10;

    private final Path file;
    private final Path directory;
    private final Set<String> faults = new LinkedHashSet<>();

    /** The reading of this file. */
    public Reading(Path file) {
        this.file = file;
        Path parent = file.toAbsolutePath().normalize().getParent();
        this.directory = parent == null ? Path.of("").toAbsolutePath() : parent;
    }

    /** One more thing is wrong; reading goes on. */
    public void fault(InvalidOptionsException fault) {
        faults.add(String.valueOf(fault.getMessage()));
    }

    /** What is wrong, in the order in which it was found. */
    public List<String> faults() {
        return new ArrayList<>(faults);
    }

    /** A path, relative to the directory of the file. */
    public Path path(YamlNode node) throws InvalidOptionsException {
        try {
            return directory.resolve(node.text()).normalize();
        } catch (InvalidPathException e) {
            throw node.wrong("a path", "text that is none");
        }
    }

    /** A path of a file that can be read. */
    public Path existing(YamlNode node) throws InvalidOptionsException {
        Path path = path(node);
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw node.wrong("a file that can be read", path + ", which is none");
        }
        return path;
    }

    /** The secret in a file that nobody but its owner may read; a line end behind it does not belong to it. */
    public String secretFile(YamlNode node) throws InvalidOptionsException {
        Path path = existing(node);
        String open = openTo(path);
        if (!open.isEmpty()) {
            throw node.wrong("mode rw------- of " + path + " (only its owner may read a secret)", open);
        }
        try {
            if (Files.size(path) > MAX_SECRET_FILE) {
                throw node.wrong("at most " + MAX_SECRET_FILE + " bytes in " + path, "more");
            }
            String secret = Files.readString(path).stripTrailing();
            if (secret.isEmpty()) {
                throw node.wrong("a secret in " + path, "none");
            }
            return secret;
        } catch (InvalidOptionsException wrong) {
            throw wrong;
        } catch (IOException unreadable) {
            throw node.wrong("a secret as UTF-8 text in " + path, "something that cannot be read so");
        }
    }

    /** A secret that stands in the configuration file itself. */
    public String inlineSecret(YamlNode node) throws InvalidOptionsException {
        String secret = node.text();
        String open = openTo(file);
        if (!open.isEmpty()) {
            throw node.wrong("mode rw------- of the file that a secret stands in, or secret_file:", open);
        }
        if (secret.isEmpty()) {
            throw node.wrong("a secret", "an empty text");
        }
        return secret;
    }

    /** The mode of a file that others than its owner may use; empty when there are none. */
    private static String openTo(Path file) {
        try {
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
            boolean ownersOnly = PosixFilePermissions.fromString("rwx------").containsAll(found);
            return ownersOnly ? "" : "mode " + PosixFilePermissions.toString(found);
        } catch (IOException | UnsupportedOperationException e) {
            return "a file whose mode cannot be read";
        }
    }
}
