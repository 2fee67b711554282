package planted.router.handshake;

/** A class to reach for. */
public final class Plain {}
