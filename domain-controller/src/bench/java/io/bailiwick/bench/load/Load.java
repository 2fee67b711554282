package io.bailiwick.bench.load;

/** A load on one server, with its connections open. It can be started and paused any number of times. */
public interface Load extends AutoCloseable {
    void start();

    /**
     * Starts nothing new and waits until all is answered.
     *
     * @throws IllegalStateException when something was lost, doubled or out of order, now or before
     */
    void pause();

    /**
     * What was done since the last sample.
     *
     * @throws IllegalStateException as for {@link #pause}
     */
    Sample sample();

    /** Ends its connections, also in the middle of it: nothing is sent any more. */
    @Override
    void close();
}
