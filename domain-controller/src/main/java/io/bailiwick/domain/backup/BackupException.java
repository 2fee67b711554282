package io.bailiwick.domain.backup;

/** A backup or restore that cannot be done as it was asked for. */
public final class BackupException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What stands against it. */
    public enum Reason {
        /** There is no such backup, or no such realm in it. */
        NO_SUCH_BACKUP,
        /** Another backup or restore is under way. */
        BUSY,
        /** There is too little room. */
        NO_SPACE,
        /** It did not come to its end; all is as before. */
        FAILED
    }

    private final Reason reason;

    /** A reason, and a text for whoever asked. */
    public BackupException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** What stands against it. */
    public Reason reason() {
        return reason;
    }
}
