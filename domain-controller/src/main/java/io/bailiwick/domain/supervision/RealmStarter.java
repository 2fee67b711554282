package io.bailiwick.domain.supervision;

import io.bailiwick.router.child.Child;
import java.io.IOException;

/** Starts the controller of a realm: in production a process, in a test a plain object. */
@FunctionalInterface
public interface RealmStarter {
    /**
     * Starts it and returns at once, without waiting until it is ready. Called on the thread of the supervision.
     *
     * @throws IOException when it cannot be started; the text is the reason that is shown
     */
    Child start(WantedRealm realm) throws IOException;
}
