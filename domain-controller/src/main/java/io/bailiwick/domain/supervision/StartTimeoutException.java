package io.bailiwick.domain.supervision;

/** The controller of a realm was not ready in time; it is still wanted, and tried further. */
public final class StartTimeoutException extends Exception {
    private static final long serialVersionUID = 1L;

    StartTimeoutException(String message) {
        super(message);
    }
}
