package io.bailiwick.router.transport;

import io.bailiwick.router.link.TokenBuckets;
import io.bailiwick.router.link.Traffic;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many connections each address has with a listener, and how fast they come. Safe on any thread. */
final class Visitors {
    /** Addresses whose rate is remembered. */
    private static final int MAX_ADDRESSES = 65_536;

    private static final int NETWORK_OCTETS = 8;

    private final Traffic traffic;
    private volatile ListenerOptions.PerAddress bounds;
    private volatile TokenBuckets rates;
    /** No more entries than connections. */
    private final Map<String, Integer> present = new ConcurrentHashMap<>();

    Visitors(ListenerOptions.PerAddress bounds, Traffic traffic) {
        this.traffic = traffic;
        this.bounds = bounds;
        this.rates = rates(bounds);
    }

    private static TokenBuckets rates(ListenerOptions.PerAddress bounds) {
        return new TokenBuckets(
                TokenBuckets.Rate.perSecond(bounds.perSecond(), bounds.burst()), MAX_ADDRESSES, System::nanoTime);
    }

    /** From now on these bounds hold. Who is there stays, and counts. */
    void change(ListenerOptions.PerAddress other) {
        if (!other.equals(bounds)) {
            bounds = other;
            rates = rates(other);
        }
    }

    /** Another connection of an address comes: whether it may. If so, {@link #left} is due one day. */
    boolean comes(SocketAddress from) {
        if (!(from instanceof InetSocketAddress tcp)) {
            return true;
        }
        String key = key(tcp.getAddress());
        if (!rates.take(key)) {
            traffic.refused(Traffic.Refusal.RATE_OF_ADDRESS);
            return false;
        }
        // Counted without a bound too: there may be one before this connection leaves.
        int most = bounds.connections();
        int there = present.merge(key, 1, Integer::sum);
        if (most == 0 || there <= most) {
            return true;
        }
        leave(key);
        traffic.refused(Traffic.Refusal.CONNECTIONS_OF_ADDRESS);
        return false;
    }

    /** A connection that came is gone. */
    void left(SocketAddress from) {
        if (from instanceof InetSocketAddress tcp) {
            leave(key(tcp.getAddress()));
        }
    }

    private void leave(String key) {
        present.computeIfPresent(key, (address, number) -> number == 1 ? null : number - 1);
    }

    /** An IPv6 address is as good as its whole network: who has one has all of them. */
    private static String key(InetAddress address) {
        byte[] octets = address.getAddress();
        return HexFormat.of()
                .formatHex(address instanceof Inet6Address ? Arrays.copyOf(octets, NETWORK_OCTETS) : octets);
    }
}
