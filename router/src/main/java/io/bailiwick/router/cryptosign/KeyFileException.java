package io.bailiwick.router.cryptosign;

import java.io.IOException;

/** A key file is not what it should be; the text names the file, the line where there is one, and what was expected. */
public final class KeyFileException extends IOException {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message) {
        super(message);
    }
}
