package io.bailiwick.router.standalone;

import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.command.Bailiwick;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.tls.ConnectorTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Files in a directory of a test, commands on them, and clients of a router that runs by them. */
final class Ground implements AutoCloseable {
    final Path directory;
    final Path file;
    private final Network network = Network.open(1);
    private final ExecutorService callbacks = Executors.newFixedThreadPool(2);

    Ground(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("router.yaml");
    }

    /** What a command did. */
    record Run(int code, String out, String err) {}

    /** Writes the configuration, for its owner only. */
    Path write(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return mode(file, "rw-------");
    }

    /** Writes a secret beside the configuration. */
    Path secret(String name, String secret) throws IOException {
        Path path = directory.resolve(name);
        Files.writeString(path, secret + "\n");
        return mode(path, "rw-------");
    }

    static Path mode(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Bailiwick.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Run(code, out.toString(), err.toString());
    }

    Run check() {
        return run("router", "check", "--config", file.toString());
    }

    /** Runs a command with this on stdin. */
    static Run fed(String stdin, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    /** Joins over RawSocket. */
    ClientSession join(Endpoint listening, String realm, String authid, Login login) throws Exception {
        return join(listening, Optional.empty(), realm, authid, login);
    }

    ClientSession join(Endpoint listening, Optional<Path> trust, String realm, String authid, Login login)
            throws Exception {
        return join(listening, ConnectorTls.trusting(trust), realm, authid, login);
    }

    ClientSession join(Endpoint listening, ConnectorTls tls, String realm, String authid, Login login)
            throws Exception {
        return join(listening, tls, new Identity(realm, authid, null, login, Dict.EMPTY));
    }

    ClientSession join(Endpoint listening, ConnectorTls tls, Identity identity) throws Exception {
        String scheme = listening.scheme().equals("tls") ? "rss://localhost:" : "rs://127.0.0.1:";
        var connector = network.connector(
                Endpoint.of(scheme + listening.port()),
                new Subprotocol(Format.CBOR, false),
                false,
                tls,
                ListenerOptions.Limits.DEFAULT);
        try {
            return Client.join(connector, identity, callbacks).get(20, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw cause instanceof Exception known ? known : failure;
        }
    }

    @Override
    public void close() {
        network.close();
        callbacks.shutdownNow();
    }
}
