package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a unix socket. */
class UnixSocketTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("router.sock");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    private void assertServes(Site site) throws Exception {
        Recorder client = site.connect("unix", Format.MSGPACK);
        Message.Hello hello = new Message.Hello("realm1", Dict.EMPTY);
        client.link().send(hello);
        Recorder server = site.next();
        assertEquals(hello, server.next());
        assertEquals("unix:" + file, server.link().peer().address());
    }

    @Test
    void it_is_open_to_its_owner_only_and_gone_after_close() throws Exception {
        try (Site site = Site.unix(file, Site.QUICK)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertEquals(List.of("router.sock"), files());
            assertServes(site);
            site.listening.close();
            assertEquals(List.of(), files());
        }
    }

    @Test
    void what_a_dead_process_left_behind_is_replaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file));
        }
        assertTrue(Files.exists(file), "Java leaves the file of a closed socket");
        try (Site site = Site.unix(file, Site.QUICK)) {
            assertServes(site);
        }
        assertFalse(Files.exists(file));
    }

    @Test
    void the_socket_of_a_living_process_is_left_alone() throws Exception {
        try (Site first = Site.unix(file, Site.QUICK)) {
            IOException refusal = assertThrows(
                    IOException.class,
                    () -> first.network.listen(Site.options("unix:" + file, Site.QUICK), link -> new Recorder()));
            assertTrue(refusal.getMessage().contains("in use"), refusal.getMessage());
            assertServes(first);
            assertEquals(List.of("router.sock"), files());
        }
    }

    @Test
    void a_file_that_is_no_socket_is_left_alone() throws Exception {
        Files.writeString(file, "precious");
        try (Network network = Network.open(OnEpoll.options(1))) {
            assertThrows(
                    IOException.class,
                    () -> network.listen(Site.options("unix:" + file, Site.QUICK), link -> new Recorder()));
        }
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void the_socket_of_a_successor_is_not_removed_at_close() throws Exception {
        try (Site first = Site.unix(file, Site.QUICK)) {
            Files.delete(file);
            try (Site second = Site.unix(file, Site.QUICK)) {
                first.listening.close();
                assertServes(second);
            }
        }
    }

    @Test
    void a_directory_that_is_missing_or_a_path_that_is_too_long_is_named() throws Exception {
        try (Network network = Network.open(OnEpoll.options(1))) {
            for (Path place : List.of(directory.resolve("missing/sock"), directory.resolve("x".repeat(120)))) {
                IOException failure = assertThrows(
                        IOException.class,
                        () -> network.listen(Site.options("unix:" + place, Site.QUICK), link -> new Recorder()));
                assertTrue(failure.getMessage().contains(place.toString()), failure.getMessage());
            }
        }
        assertEquals(List.of(), files());
    }

    @Test
    void http_has_no_place_here() throws Exception {
        try (Site site = Site.unix(file, Site.QUICK)) {
            try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
                peer.write(ByteBuffer.wrap(RawPeer.upgrade("wamp.2.json").getBytes(StandardCharsets.US_ASCII)));
                assertEquals(-1, peer.read(ByteBuffer.allocate(100)));
            } catch (SocketException e) {
                // A reset is an end as well.
            }
            assertTrue(site.accepted.isEmpty());
        }
    }
}
