package io.bailiwick.domain.procedure;

/** The error URIs of the domain's procedures, besides those of WAMP itself. */
public final class FabricErrors {
    /** The name of a realm breaks the rules or is protected. */
    public static final String INVALID_REALM = "fabric.invalid-realm";
    /** There is no such realm, or none that the caller may see. */
    public static final String NO_SUCH_REALM = "fabric.no-such-realm";
    /** The caller may see the thing but not do this to it. */
    public static final String NOT_AUTHORIZED = "fabric.not-authorized";
    /** The key belongs to a node that is paired already. */
    public static final String NODE_ALREADY_PAIRED = "fabric.node-already-paired";
    /** The node is not paired. */
    public static final String NODE_NOT_PAIRED = "fabric.node-not-paired";
    /** The realm's row is written and stays wanted, but its controller was not ready in time. */
    public static final String REALM_START_TIMEOUT = "fabric.realm-start-timeout";
    /** The realm's row is written, but its controller cannot be started. */
    public static final String REALM_START_FAILED = "fabric.realm-start-failed";
    /** The domain holds as many realms as its configuration allows. */
    public static final String TOO_MANY_REALMS = "fabric.too-many-realms";
    /** A user owns as many organizations as one may. */
    public static final String TOO_MANY_ORGANIZATIONS = "fabric.too-many-organizations";
    /** Nobody would be left who owns it. */
    public static final String LAST_OWNER = "fabric.last-owner";
    /** The key was taken from a node for good. */
    public static final String KEY_REVOKED = "fabric.key-revoked";
    /** There is too little room on the disk for a change; what is there can be read. */
    public static final String NO_SPACE = "fabric.no-space";
    /** A backup or a restore is under way: there is one at a time. */
    public static final String BACKUP_RUNNING = "fabric.backup-running";
    /** A backup or a restore did not come to its end; all is as before. */
    public static final String BACKUP_FAILED = "fabric.backup-failed";
    /** The key was denied by the superuser: no node is paired by it until it is forgiven. */
    public static final String NODE_DENIED = "io.bailiwick.domain.node_denied";
    /** A realm has as many join codes as it may. */
    public static final String TOO_MANY_JOIN_CODES = "io.bailiwick.domain.too_many_join_codes";
    /** There is no such thing, or none that the caller may see: the answer is the same. */
    public static final String NO_SUCH_OBJECT = "crossbar.error.no_such_object";
    /** A name that must be unique is taken. */
    public static final String ALREADY_EXISTS = "crossbar.error.already_exists";
    /** Other things depend on what was to be deleted. */
    public static final String DEPENDENT_OBJECTS = "crossbar.error.dependent_objects";

    private FabricErrors() {}
}
