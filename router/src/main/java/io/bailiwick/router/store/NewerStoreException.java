package io.bailiwick.router.store;

/** A newer version wrote this store. Names both versions. */
public final class NewerStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception with this text. */
    public NewerStoreException(String message) {
        super(message);
    }
}
