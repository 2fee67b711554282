package io.bailiwick.router.store;

/** Another process has the store. Names the process and the directory. */
public final class StoreLockedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception with this text. */
    public StoreLockedException(String message) {
        super(message);
    }
}
