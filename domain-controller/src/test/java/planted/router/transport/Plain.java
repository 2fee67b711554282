package planted.router.transport;

/** A class to reach for. */
public final class Plain {}
