package io.bailiwick.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The tree that is measured, as git knows it. */
final class Checkout {
    private static final String UNKNOWN = "unknown";

    private Checkout() {}

    /** Its commit, with {@code -dirty} behind it where files of it have been changed since; {@code unknown} where there is no git. */
    static String commit(Path home) throws InterruptedException {
        try {
            Process git = new ProcessBuilder(List.of("git", "describe", "--always", "--dirty"))
                    .directory(home.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String found;
            try (BufferedReader lines = git.inputReader()) {
                found = lines.lines().collect(Collectors.joining());
            }
            return git.waitFor() == 0 && !found.isEmpty() ? found : UNKNOWN;
        } catch (IOException none) {
            return UNKNOWN;
        }
    }
}
