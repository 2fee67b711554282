package planted.router.transport.frame;

/** Planted: breaks a rule of the house, and must be refused. */
public final class TransportFrameReachesTooFar {
    /** What it must not know. */
    public planted.router.realm.Plain neighbour = new planted.router.realm.Plain();
}
