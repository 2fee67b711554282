package io.bailiwick.router.transport.socket;

/**
 * How a network runs.
 *
 * @param threads event loops; 0 for one per processor
 * @param transport by what they speak with the kernel
 */
public record NetworkOptions(int threads, Transport transport) {
    /** What holds when nobody says anything. */
    public static final NetworkOptions DEFAULT = new NetworkOptions(0, Transport.AUTO);

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
