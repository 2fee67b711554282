package planted.router.admission;

/** Planted: breaks a rule of the house, and must be refused. */
public final class AdmissionReachesTooFar {
    /** What it must not know. */
    public planted.router.codec.Plain neighbour = new planted.router.codec.Plain();
}
