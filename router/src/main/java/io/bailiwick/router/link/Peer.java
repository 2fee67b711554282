package io.bailiwick.router.link;

import io.bailiwick.router.message.Format;
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
 */
public record Peer(
        String listener,
        String address,
        Optional<Format> format,
        boolean tls,
        Optional<String> cookie,
        ChannelSecurity security) {

    /** The other end of an in-process link. */
    public static final Peer LOCAL = new Peer("local", "local", Optional.empty(), false);

    /** A peer without cookie, of whose encryption no more is known than whether there is one. */
    public Peer(String listener, String address, Optional<Format> format, boolean tls) {
        this(listener, address, format, tls, Optional.empty(), ChannelSecurity.NONE);
    }
}
