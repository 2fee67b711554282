package planted.router.standalone;

/** Planted: breaks a rule of the house, and must be refused. */
public final class StandaloneReachesTooFar {
    /** What it must not know. */
    public planted.router.child.Plain neighbour = new planted.router.child.Plain();
}
