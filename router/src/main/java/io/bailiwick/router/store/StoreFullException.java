package io.bailiwick.router.store;

/** There is no room left on the disk. Nothing was written; reads go on, and so do writes once there is room. */
public final class StoreFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception with this text: nothing was tried. */
    public StoreFullException(String message) {
        super(message);
    }

    /** An exception with this text. */
    public StoreFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
