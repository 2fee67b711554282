package io.bailiwick.router.config;

import java.io.IOException;
import java.util.List;

/** A configuration file has faults; the text has a line for each, with file, line and column. */
public final class FaultyFileException extends IOException {
    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    /** A fault or more. */
    public FaultyFileException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    /** One text for each fault. */
    public List<String> faults() {
        return faults;
    }
}
