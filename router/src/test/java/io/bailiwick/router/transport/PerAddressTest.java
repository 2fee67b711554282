package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Traffic;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** What one address may have of a listener. */
@Conforms({Feature.LIMITS, Feature.RATES})
class PerAddressTest {
    private static Site site(ListenerOptions.PerAddress bounds) throws Exception {
        return Site.tcp(Site.QUICK.withPerAddress(bounds));
    }

    @Test
    void a_connection_above_the_cap_of_its_address_is_closed_until_another_one_leaves() throws Exception {
        try (Site site = site(new ListenerOptions.PerAddress(2, 0, 0));
                RawPeer first = site.raw().rawSocket()) {
            Recorder ofFirst = site.next();
            try (RawPeer second = site.raw().rawSocket()) {
                try (RawPeer third = site.raw()) {
                    third.assertClosedWithoutAWord();
                }
                first.hangUp();
                ofFirst.end();
                try (RawPeer fourth = site.raw().rawSocket()) {
                    fourth.sayMessage("[1,\"realm1\",{}]");
                    second.sayMessage("[1,\"realm1\",{}]");
                    site.next().next();
                    site.next().next();
                }
            }
        }
    }

    @Test
    void connections_that_come_faster_than_the_rate_are_closed() throws Exception {
        try (Site site = site(new ListenerOptions.PerAddress(0, 1, 2));
                RawPeer first = site.raw().rawSocket();
                RawPeer second = site.raw().rawSocket();
                RawPeer third = site.raw()) {
            third.assertClosedWithoutAWord();
            assertEquals(2, site.accepted.size());
            first.hangUp();
            second.hangUp();
        }
    }

    @Test
    void the_addresses_of_one_ipv6_network_count_as_one() {
        Visitors visitors = new Visitors(new ListenerOptions.PerAddress(1, 0, 0), Traffic.NONE);
        assertTrue(visitors.comes(new InetSocketAddress("2001:db8::1", 1)));
        assertFalse(visitors.comes(new InetSocketAddress("2001:db8::ffff:2", 2)));
        assertTrue(visitors.comes(new InetSocketAddress("2001:db8:0:1::1", 3)));
        assertTrue(visitors.comes(new InetSocketAddress("192.0.2.1", 4)));
        assertTrue(visitors.comes(new InetSocketAddress("192.0.2.2", 4)));
        visitors.left(new InetSocketAddress("2001:db8::1", 1));
        assertTrue(visitors.comes(new InetSocketAddress("2001:db8::2", 1)));
    }

    @Test
    void other_bounds_count_those_who_are_there() {
        InetSocketAddress address = new InetSocketAddress("192.0.2.1", 1);
        Visitors visitors = new Visitors(ListenerOptions.PerAddress.NONE, Traffic.NONE);
        assertTrue(visitors.comes(address));
        assertTrue(visitors.comes(address));
        visitors.change(new ListenerOptions.PerAddress(2, 0, 0));
        assertFalse(visitors.comes(address));
        visitors.left(address);
        assertTrue(visitors.comes(address));
        visitors.change(new ListenerOptions.PerAddress(0, 1, 1));
        assertTrue(visitors.comes(address));
        assertFalse(visitors.comes(address));
    }
}
