package planted.router.server;

/** Planted: breaks a rule of the house, and must be refused. */
public final class ServerReachesTooFar {
    /** What it must not know. */
    public planted.router.client.Plain neighbour = new planted.router.client.Plain();
}
