package io.bailiwick.router.link;

import java.util.concurrent.ScheduledExecutorService;

/**
 * One thread that runs what it is given, in order, and later what is wanted later. Nothing on it may block. It is not for those
 * who use it to end it.
 */
public interface Loop extends ScheduledExecutorService {
    /** Whether the caller is on this thread now: then it need not queue what may be done at once. */
    boolean isCurrent();
}
