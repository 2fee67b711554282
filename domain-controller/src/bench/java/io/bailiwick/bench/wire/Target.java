package io.bailiwick.bench.wire;

/**
 * A server and how to speak with it.
 *
 * @param port on the loopback
 * @param path of WebSockets
 * @param speech what it understands
 */
public record Target(int port, String path, Speech speech) {}
