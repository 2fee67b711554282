package planted.router.transport.tls;

/** Planted: breaks a rule of the house, and must be refused. */
public final class TlsReachesTooFar {
    /** What it must not know. */
    public planted.router.codec.Plain neighbour = new planted.router.codec.Plain();
}
