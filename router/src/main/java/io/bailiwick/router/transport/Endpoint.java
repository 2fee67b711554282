package io.bailiwick.router.transport;

/**
 * Where to listen or to connect. To listen: {@code tcp://host:port} or {@code tls://host:port}, which serve WebSocket and
 * RawSocket alike, told apart by the first octet, and {@code unix:/absolute/path} (RawSocket). To connect:
 * {@code ws://host:port/path}, {@code wss://host:port/path}, {@code rs://host:port}, {@code rss://host:port} (RawSocket,
 * plain and over TLS) and {@code unix:/absolute/path}.
 *
 * @param scheme one of tcp, tls, ws, wss, rs, rss, unix
 * @param host the host, without brackets; empty for unix
 * @param port the port; 0 asks for a free one when listening; -1 for unix
 * @param path the HTTP path, or the file of the unix socket; empty where there is none
 */
public record Endpoint(String scheme, String host, int port, String path) {
    /** Reads a URL. @throws IllegalArgumentException naming what was expected and what came */
    public static Endpoint of(String url) {
        throw new UnsupportedOperationException(url);
    }

    /** The URL. */
    @Override
    public String toString() {
        throw new UnsupportedOperationException();
    }
}
