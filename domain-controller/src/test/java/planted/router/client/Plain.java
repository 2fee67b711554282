package planted.router.client;

/** A class to reach for. */
public final class Plain {}
