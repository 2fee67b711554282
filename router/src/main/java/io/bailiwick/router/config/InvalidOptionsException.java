package io.bailiwick.router.config;

import java.io.IOException;

/** A configuration file does not say what it must; the text names file, line and column, what was expected and what was found. */
public final class InvalidOptionsException extends IOException {
    private static final long serialVersionUID = 1L;

    InvalidOptionsException(String message) {
        super(message);
    }
}
