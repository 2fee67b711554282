package planted.router.child;

/** A class to reach for. */
public final class Plain {}
