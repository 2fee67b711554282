package planted.router.client.session;

/** Planted: breaks a rule of the house, and must be refused. */
public final class ClientSessionReachesTooFar {
    /** What it must not know. */
    public planted.router.transport.Plain neighbour = new planted.router.transport.Plain();
}
