package planted.router.transport.http;

/** Planted: breaks a rule of the house, and must be refused. */
public final class HttpReachesTooFar {
    /** What it must not know. */
    public planted.router.store.Plain neighbour = new planted.router.store.Plain();
}
