package io.bailiwick.node;

import io.bailiwick.node.uplink.Joining;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a node agent is run.
 *
 * @param directory holds the node's key; made when it is not there
 * @param urls ways to the domain, tried in turn: {@code wss://host:port/path}, {@code ws:}, {@code rss:}, {@code rs:}
 * @param trust a PEM file of the certificates to trust for {@code wss} and {@code rss}; empty for those of the JDK
 * @param format the format of messages
 * @param startupDelay from being up to the first heartbeat
 * @param period from heartbeat to heartbeat
 * @param joining how it is to come into a realm by itself
 */
public record NodeOptions(
        Path directory,
        List<Endpoint> urls,
        Optional<Path> trust,
        Format format,
        Duration startupDelay,
        Duration period,
        Joining joining) {

    /** Five seconds. */
    public static final Duration DEFAULT_STARTUP_DELAY = Duration.ofSeconds(5);
    /** Ten seconds. */
    public static final Duration DEFAULT_PERIOD = Duration.ofSeconds(10);

    /** Checks that there is a way to the domain and that heartbeats have a period. */
    public NodeOptions {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("url: expected at least one way to the domain, but found none");
        }
        if (startupDelay.isNegative() || period.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "heartbeat: expected a delay of 0 ms or more and a period of 1 ms or more," + " but found "
                            + startupDelay.toMillis() + " ms and " + period.toMillis() + " ms");
        }
    }

    /** Options of a node that waits until somebody pairs it. */
    public NodeOptions(
            Path directory,
            List<Endpoint> urls,
            Optional<Path> trust,
            Format format,
            Duration startupDelay,
            Duration period) {
        this(directory, urls, trust, format, startupDelay, period, Joining.BY_HAND);
    }

    /**
     * A directory and one or more URLs, everything else by default.
     *
     * @throws IllegalArgumentException naming what is wrong with a URL
     */
    public static NodeOptions of(Path directory, String... urls) {
        return new NodeOptions(
                directory,
                List.of(urls).stream().map(Endpoint::of).toList(),
                Optional.empty(),
                Format.CBOR,
                DEFAULT_STARTUP_DELAY,
                DEFAULT_PERIOD);
    }

    /**
     * Reads a YAML file; paths in it are relative to the file.
     *
     * <pre>{@code
     * url: wss://domain.example.com:9000/ws    # or a list
     * trust: ca.pem
     * format: cbor
     * join_code_file: code.txt                 # a code with which the node joins a realm by itself
     * name: press-1                            # the name that it would like to have there
     * heartbeat:
     *   startup_delay_ms: 5000
     *   period_ms: 10000
     * }</pre>
     *
     * @param directory holds the node's key
     * @throws io.bailiwick.router.config.InvalidOptionsException naming file, line, column, what was expected and found
     * @throws IOException when it cannot be read
     */
    public static NodeOptions read(Path file, Path directory) throws IOException {
        return NodeFile.read(file, directory);
    }

    /** These options with other times of heartbeats. */
    public NodeOptions withHeartbeat(Duration startupDelay, Duration period) {
        return new NodeOptions(directory, urls, trust, format, startupDelay, period, joining);
    }

    /** These options with certificates to trust. */
    public NodeOptions withTrust(Path trust) {
        return new NodeOptions(directory, urls, Optional.of(trust), format, startupDelay, period, joining);
    }

    /** These options with another format of messages. */
    public NodeOptions withFormat(Format format) {
        return new NodeOptions(directory, urls, trust, format, startupDelay, period, joining);
    }

    /** These options with another way into a realm. */
    public NodeOptions withJoining(Joining joining) {
        return new NodeOptions(directory, urls, trust, format, startupDelay, period, joining);
    }
}
