package io.bailiwick.router.transport;

import java.util.Set;

/**
 * Where to listen or to connect. To listen: {@code tcp://host:port} or {@code tls://host:port}, which serve WebSocket and
 * RawSocket alike, told apart by the first octet, and {@code unix:/absolute/path} (RawSocket). To connect:
 * {@code ws://host:port/path}, {@code wss://host:port/path}, {@code rs://host:port}, {@code rss://host:port} (RawSocket,
 * plain and over TLS) and {@code unix:/absolute/path}. The port may be left out of {@code ws} (80) and {@code wss} (443).
 *
 * @param scheme one of tcp, tls, ws, wss, rs, rss, unix
 * @param host the host, without brackets; empty for unix
 * @param port the port; 0 asks for a free one when listening; -1 for unix
 * @param path the HTTP path, or the file of the unix socket; empty where there is none
 */
public record Endpoint(String scheme, String host, int port, String path) {
    private static final Set<String> LISTENING = Set.of("tcp", "tls");
    private static final Set<String> WEB_SOCKET = Set.of("ws", "wss");
    private static final Set<String> RAW_SOCKET = Set.of("rs", "rss");
    private static final int MAX_PORT = 65_535;

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException naming what was expected and what came
     */
    public static Endpoint of(String url) {
        if (url.startsWith("unix:")) {
            return unix(url);
        }
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon);
        if (!LISTENING.contains(scheme) && !WEB_SOCKET.contains(scheme) && !RAW_SOCKET.contains(scheme)) {
            throw wrong(
                    url, "a URL that starts with tcp://, tls://, ws://, wss://, rs://, rss:// or unix:/", "another");
        }
        String rest = url.substring(colon + 3);
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        if (WEB_SOCKET.contains(scheme)) {
            checkPath(url, path);
            path = path.isEmpty() ? "/" : path;
        } else if (!path.isEmpty()) {
            throw wrong(url, "no path after " + scheme + "://host:port", "a path");
        }
        return authority(url, scheme, authority, path);
    }

    private static Endpoint unix(String url) {
        String path = url.substring("unix:".length());
        if (!path.startsWith("/") || path.startsWith("//") || path.length() < 2) {
            throw wrong(url, "unix:/absolute/path", "no absolute path");
        }
        return new Endpoint("unix", "", -1, path);
    }

    private static void checkPath(String url, String path) {
        if (path.indexOf('#') >= 0 || path.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw wrong(url, "a path of printable ASCII without a fragment", "something else");
        }
    }

    private static Endpoint authority(String url, String scheme, String authority, String path) {
        if (authority.indexOf('@') >= 0) {
            throw wrong(url, "host:port", "a user name, which WAMP has no use for");
        }
        int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.lastIndexOf(':');
        if (authority.startsWith("[") && end == 0) {
            throw wrong(url, "an IPv6 address in brackets", "no closing bracket");
        }
        String host = end < 0 ? authority : authority.substring(0, end);
        String port = end < 0 ? "" : authority.substring(end);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw wrong(url, "an IPv6 address in brackets", "one without");
        }
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '[' || c == ']' || c == '?' || c == '#')) {
            throw wrong(url, "a host name or an address", host.isEmpty() ? "none" : "other characters");
        }
        return new Endpoint(scheme, host, port(url, scheme, port), path);
    }

    private static int port(String url, String scheme, String text) {
        if (text.isEmpty() && WEB_SOCKET.contains(scheme)) {
            return scheme.equals("ws") ? 80 : 443;
        }
        int least = LISTENING.contains(scheme) ? 0 : 1;
        String expected = "a port from " + least + " to " + MAX_PORT;
        if (!text.startsWith(":")) {
            throw wrong(url, expected, text.isEmpty() ? "none" : "other characters after the host");
        }
        String digits = text.substring(1);
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw wrong(url, expected, digits.isEmpty() ? "none" : "other characters");
        }
        int port = Integer.parseInt(digits);
        if (port < least || port > MAX_PORT) {
            throw wrong(url, expected, digits);
        }
        return port;
    }

    private static IllegalArgumentException wrong(String url, String expected, String found) {
        return new IllegalArgumentException("endpoint '" + url + "': expected " + expected + ", but found " + found);
    }

    /** Whether one listens here. */
    boolean listens() {
        return LISTENING.contains(scheme) || isUnix();
    }

    /** Whether one connects here. */
    boolean connects() {
        return WEB_SOCKET.contains(scheme) || RAW_SOCKET.contains(scheme) || isUnix();
    }

    /** Whether it is a unix socket. */
    public boolean isUnix() {
        return scheme.equals("unix");
    }

    boolean isWebSocket() {
        return WEB_SOCKET.contains(scheme);
    }

    boolean isTls() {
        return scheme.equals("tls") || scheme.equals("wss") || scheme.equals("rss");
    }

    /** Host and port as they stand in a URL and in HTTP's Host header. */
    String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    Endpoint withPort(int newPort) {
        return new Endpoint(scheme, host, newPort, path);
    }

    /** The URL. */
    @Override
    public String toString() {
        return isUnix() ? "unix:" + path : scheme + "://" + authority() + path;
    }
}
