package io.bailiwick.router.session;

/** Runs a step of a realm later, on the realm's thread. A realm has no clock of its own. */
@FunctionalInterface
public interface Timer {

    /** A step that waits. */
    @FunctionalInterface
    interface Timeout {
        /** The step is not wanted any more. It may run all the same if its time had come: it checks whether it is needed. */
        void cancel();
    }

    /**
     * Runs a step once.
     *
     * @param millis after how many milliseconds, at least 0
     */
    Timeout after(long millis, Runnable step);
}
