package io.bailiwick.router.session;

import java.util.concurrent.Executor;

/** The one thread of a realm: runs the steps that it is given, in order. */
public interface RealmThread extends Executor {
    /**
     * Whether the caller is on this thread now. What its own sessions send is handled at once then, where no step runs; so this
     * is asked for each message, and false is always safe.
     */
    boolean isCurrent();

    /** A thread of which nobody knows whether he is on it: whatever is to be done there is given to it. */
    static RealmThread of(Executor executor) {
        return new RealmThread() {
            @Override
            public void execute(Runnable step) {
                executor.execute(step);
            }

            @Override
            public boolean isCurrent() {
                return false;
            }
        };
    }
}
