package planted.router.realm;

/** A class to reach for. */
public final class Plain {}
