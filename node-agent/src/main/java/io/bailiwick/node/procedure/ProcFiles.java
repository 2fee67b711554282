package io.bailiwick.node.procedure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Figures that Linux tells in files and OSHI does not pass on. On other systems there are none of them. */
final class ProcFiles {
    private static final Path PROC = Path.of("/proc");

    private ProcFiles() {}

    /** Lines of the form {@code Name: number [unit]}; {@code kB} is multiplied out. Empty when there is no such file. */
    static Map<String, Long> numbers(String file) {
        return numbers(lines(file));
    }

    static Map<String, Long> numbers(List<String> lines) {
        Map<String, Long> result = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            String[] words = colon < 0
                    ? new String[0]
                    : line.substring(colon + 1).strip().split("\\s+");
            if (words.length == 0 || words[0].isEmpty() || !words[0].chars().allMatch(Character::isDigit)) {
                continue;
            }
            try {
                long number = Long.parseLong(words[0]);
                result.put(
                        line.substring(0, colon), words.length > 1 && words[1].equals("kB") ? number * 1024 : number);
            } catch (NumberFormatException e) {
                // Beyond 63 bits: no figure that we know is.
            }
        }
        return result;
    }

    /** How many entries a table has; the first line is its head. Empty when there is no such file. */
    static OptionalLong entries(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? OptionalLong.empty() : OptionalLong.of(lines.size() - 1L);
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(PROC.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }
}
