package io.bailiwick.bench.harness;

import io.bailiwick.bench.load.Load;

/**
 * One of those that take turns.
 *
 * @param name of the server
 * @param speech how it is spoken with
 * @param server its process
 * @param load on it, paused
 */
public record Contestant(String name, String speech, ServerProcess server, Load load) {}
