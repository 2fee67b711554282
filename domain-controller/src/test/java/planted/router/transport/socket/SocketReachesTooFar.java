package planted.router.transport.socket;

/** Planted: breaks a rule of the house, and must be refused. */
public final class SocketReachesTooFar {
    /** What it must not know. */
    public planted.router.codec.Plain neighbour = new planted.router.codec.Plain();
}
