package io.bailiwick.router.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@Conforms(Feature.THROTTLING)
class PeerTest {
    private static Optional<String> network(String address) {
        return new Peer("public", address, Optional.empty(), false).network();
    }

    @Test
    void an_ipv6_network_counts_as_one_address_and_local_peers_do_not_count() {
        assertEquals(Optional.of("2001:db8:0:1:/64"), network("tcp:[2001:db8:0:1:2:3:4:5]:4000"));
        assertEquals(network("tcp:[2001:db8:0:1::1]:4000"), network("tcp:[2001:db8:0:1:ffff::2]:5000"));
        assertNotEquals(network("tcp:[2001:db8:0:1::1]:4000"), network("tcp:[2001:db8:0:2::1]:4000"));
        assertEquals(Optional.of("192.0.2.1"), network("tcp:[::ffff:192.0.2.1]:4000"));
        assertEquals(Optional.of("192.0.2.1"), network("tcp:192.0.2.1:4000"));
        assertEquals(Optional.of("0:0:0:0:/64"), network("tcp:[::1]:4000"));
        assertEquals(Optional.empty(), Peer.LOCAL.network());
        assertEquals(Optional.empty(), network("unix:/run/router.sock"));
    }
}
