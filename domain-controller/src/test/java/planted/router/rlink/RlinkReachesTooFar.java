package planted.router.rlink;

/** Planted: breaks a rule of the house, and must be refused. */
public final class RlinkReachesTooFar {
    /** What it must not know. */
    public planted.router.codec.Plain neighbour = new planted.router.codec.Plain();
}
