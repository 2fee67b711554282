package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bailiwick.router.message.Format;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What could be different on epoll: octets, ends of connections, slow readers, sockets of the machine, TLS. */
@EnabledIf("isHere")
@ExtendWith(OnEpoll.class)
class EpollTest {
    static boolean isHere() {
        return Epoll.isAvailable();
    }

    @TempDir
    Path directory;

    @Test
    void all_connections_have_it() throws Exception {
        try (Site tcp = Site.tcp(Site.QUICK);
                Site unix = Site.unix(directory.resolve("s"), Site.QUICK)) {
            for (String scheme : new String[] {"ws", "rs"}) {
                assertInstanceOf(EpollSocketChannel.class, channel(tcp.connect(scheme, Format.CBOR)));
                assertInstanceOf(EpollSocketChannel.class, channel(tcp.next()));
            }
            assertInstanceOf(EpollDomainSocketChannel.class, channel(unix.connect("unix", Format.CBOR)));
            assertInstanceOf(EpollDomainSocketChannel.class, channel(unix.next()));
        }
    }

    private static Channel channel(Recorder end) throws Exception {
        return ((Connection) end.link()).channel();
    }

    @Test
    void the_kernel_says_who_has_connected_by_name() throws Exception {
        Path file = directory.resolve("s");
        try (Site site = Site.unix(file, Site.QUICK)) {
            site.connect("unix", Format.CBOR);
            var user = site.next().link().peer().user();
            assertEquals(Optional.of(Files.getOwner(file)), user);
            assertEquals(Optional.of(Files.getOwner(file).getName()), user.map(Object::toString));
        }
    }

    @Test
    void the_kernel_is_told_how_to_watch() throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            site.connect("rs", Format.CBOR);
            Channel channel = channel(site.next());
            Network.watch(channel, Duration.ofSeconds(7));
            SocketChannelConfig config = (SocketChannelConfig) channel.config();
            assertEquals(true, config.isKeepAlive());
            assertEquals(7, config.getOption(EpollChannelOption.TCP_KEEPIDLE));
            assertEquals(4, config.getOption(EpollChannelOption.TCP_KEEPINTVL));
            assertEquals(2, config.getOption(EpollChannelOption.TCP_KEEPCNT));
        }
    }

    @Nested
    class RawSocket extends RawSocketTest {}

    @Nested
    class WebSocket extends WebSocketTest {}

    @Nested
    class UnixSocket extends UnixSocketTest {}

    @Nested
    class Links extends LinkTest {}

    @Nested
    class Passes extends PassTest {}

    @Nested
    class Tls extends TlsTest {}

    @Nested
    class Leaks extends LeakTest {}
}
