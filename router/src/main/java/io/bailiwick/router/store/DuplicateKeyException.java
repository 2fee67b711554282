package io.bailiwick.router.store;

/** A key that must be unique is taken. Names table or index and the key. */
public final class DuplicateKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception with this text. */
    public DuplicateKeyException(String message) {
        super(message);
    }
}
