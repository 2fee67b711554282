package planted.router.codec;

/** Planted: breaks a rule of the house, and must be refused. */
public final class CodecReachesTooFar {
    /** What it must not know. */
    public planted.router.link.Plain neighbour = new planted.router.link.Plain();
}
