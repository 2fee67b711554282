package planted.router.realm;

/** Planted: breaks a rule of the house, and must be refused. */
public final class ClockInTheRealm {
    /** Tells the time. */
    public long now() {
        return System.nanoTime();
    }
}
