package io.bailiwick.router.store;

/**
 * The store takes no more writes until it has been closed and opened again: a write or sync to the disk failed, or
 * another process took the directory over. What was being written when it failed may or may not be on disk; what was
 * acknowledged before is. Never retried in place, because after a failed sync the system may hold for written what is not.
 */
public final class StoreFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception with this text. */
    public StoreFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
