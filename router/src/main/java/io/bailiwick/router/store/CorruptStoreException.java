package io.bailiwick.router.store;

/** A row or file of the store does not hold what was written to it. Names table and key. */
public final class CorruptStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception with this text. */
    public CorruptStoreException(String message) {
        super(message);
    }

    /** An exception with this text, for what the engine below ran into. */
    public CorruptStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
