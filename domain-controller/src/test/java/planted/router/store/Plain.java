package planted.router.store;

/** A class to reach for. */
public final class Plain {}
