package io.bailiwick.domain.supervision;

/** The controller of a realm cannot be started, or is not wanted; the text tells why. */
public final class RealmFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    RealmFailedException(String message) {
        super(message);
    }
}
