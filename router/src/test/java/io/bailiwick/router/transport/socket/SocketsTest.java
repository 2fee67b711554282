package io.bailiwick.router.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.transport.socket.NetworkOptions.Transport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which sockets one gets. */
class SocketsTest {
    private static Throwable missing() {
        return new UnsatisfiedLinkError("could not load a native library");
    }

    @Test
    void where_the_library_is_missing_auto_does_without_a_word() throws Exception {
        assertEquals(new NioSockets(), Sockets.of(Transport.AUTO, SocketsTest::missing));
    }

    @Test
    void where_the_library_is_missing_who_wants_it_is_told_why() {
        IOException refusal = assertThrows(IOException.class, () -> Sockets.of(Transport.EPOLL, SocketsTest::missing));
        assertTrue(refusal.getMessage().endsWith("could not load a native library"), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith("transport epoll: expected "), refusal.getMessage());
    }

    @Test
    void where_it_is_there_one_gets_what_one_asks_for() throws Exception {
        assertEquals(new NioSockets(), Sockets.of(Transport.NIO, () -> null));
        assertEquals(new EpollSockets(), Sockets.of(Transport.EPOLL, () -> null));
        assertEquals(new EpollSockets(), Sockets.of(Transport.AUTO, () -> null));
    }

    @Test
    void a_machine_of_two_processors_has_one_loop_unless_told_otherwise() {
        assertEquals(1, NetworkOptions.DEFAULT.loops(1));
        assertEquals(1, NetworkOptions.DEFAULT.loops(2));
        assertEquals(4, NetworkOptions.DEFAULT.loops(4));
        assertEquals(2, new NetworkOptions(2, Transport.AUTO).loops(2));
        assertEquals(3, new NetworkOptions(3, Transport.AUTO).loops(16));
    }
}
