package io.bailiwick.router.link;

import io.bailiwick.router.message.Format;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;

/**
 * What a transport knows of the other end.
 *
 * @param listener the name of the listener it came in by, for rules that depend on it; {@code "local"} in-process
 * @param address address and port as text for logs and {@code transport} details, for example {@code tcp:127.0.0.1:51234}
 * @param format the format spoken, empty in-process
 * @param tls whether the connection is encrypted
 * @param cookie the value of the router's cookie that the HTTP request of this connection carries or was given; empty
 *     where there is none. Unproven: whoever has the cookie can send it
 * @param security what the encryption of the connection knows; {@link ChannelSecurity#NONE} without one
 * @param user who runs the process at the other end of a unix socket, as the kernel says; empty elsewhere, and where the
 *     kernel does not say
 */
public record Peer(
        String listener,
        String address,
        Optional<Format> format,
        boolean tls,
        Optional<String> cookie,
        ChannelSecurity security,
        Optional<UserPrincipal> user) {

    private static final String TCP = "tcp:";

    /** The other end of an in-process link. */
    public static final Peer LOCAL = new Peer("local", "local", Optional.empty(), false);

    /** A peer that does not come from a unix socket. */
    public Peer(
            String listener,
            String address,
            Optional<Format> format,
            boolean tls,
            Optional<String> cookie,
            ChannelSecurity security) {
        this(listener, address, format, tls, cookie, security, Optional.empty());
    }

    /** A peer without cookie, of whose encryption no more is known than whether there is one. */
    public Peer(String listener, String address, Optional<Format> format, boolean tls) {
        this(listener, address, format, tls, Optional.empty(), ChannelSecurity.NONE);
    }

    /** This peer, run by a user. */
    public Peer of(Optional<UserPrincipal> owner) {
        return new Peer(listener, address, format, tls, cookie, security, owner);
    }

    /**
     * Who counts as one where attempts are counted: the address without its port, of IPv6 the network of 64 bits, for who
     * has one address of it has all. Empty for peers on this machine's own sockets.
     */
    public Optional<String> network() {
        if (!address.startsWith(TCP)) {
            return Optional.empty();
        }
        int port = address.lastIndexOf(':');
        String host = port < TCP.length() ? address.substring(TCP.length()) : address.substring(TCP.length(), port);
        return Optional.of(host.startsWith("[") ? network(host.substring(1, host.length() - 1)) : host);
    }

    /** The first four groups of an IPv6 address, or the IPv4 address inside one. */
    private static String network(String address) {
        if (address.contains(".")) {
            return address.substring(address.lastIndexOf(':') + 1);
        }
        String plain = address.contains("%") ? address.substring(0, address.indexOf('%')) : address;
        int gap = plain.indexOf("::");
        String head = gap < 0 ? plain : plain.substring(0, gap);
        List<String> groups = head.isEmpty() ? List.of() : List.of(head.split(":"));
        StringBuilder network = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            network.append(i < groups.size() ? groups.get(i) : "0").append(':');
        }
        return network.append("/64").toString();
    }
}
