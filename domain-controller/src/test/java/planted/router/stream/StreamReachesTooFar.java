package planted.router.stream;

/** Planted: breaks a rule of the house, and must be refused. */
public final class StreamReachesTooFar {
    /** What it must not know. */
    public planted.router.realm.Plain neighbour = new planted.router.realm.Plain();
}
