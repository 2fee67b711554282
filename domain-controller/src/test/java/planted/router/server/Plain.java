package planted.router.server;

/** A class to reach for. */
public final class Plain {}
