package planted.router.log;

/** Planted: breaks a rule of the house, and must be refused. */
public final class LogReachesTooFar {
    /** What it must not know. */
    public planted.router.message.Plain neighbour = new planted.router.message.Plain();
}
