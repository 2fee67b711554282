package io.bailiwick.router.transport.socket;

/**
 * How a network runs.
 *
 * @param threads event loops; 0 for one per processor, but one where there are two processors
 * @param transport by what they speak with the kernel
 */
public record NetworkOptions(int threads, Transport transport) {
    /** What holds when nobody says anything. */
    public static final NetworkOptions DEFAULT = new NetworkOptions(0, Transport.AUTO);

    /** Of so many processors there is one event loop for all. */
    private static final int FEW = 2;

    /**
     * How many event loops that are, with so many processors. What one loop hands over to another costs half as much again as the
     * call itself, so that a second one gains little where a realm has but two, and its store and its logins want one too.
     */
    public int loops(int processors) {
        if (threads > 0) {
            return threads;
        }
        return processors <= FEW ? 1 : processors;
    }

    /** A way to speak with the kernel. */
    public enum Transport {
        /** The one that is quicker here, of those that this machine has. */
        AUTO,
        /** Java's own sockets, which are everywhere. */
        NIO,
        /** Linux' epoll; needs a native library, which is there for x86_64 and aarch64. */
        EPOLL
    }
}
