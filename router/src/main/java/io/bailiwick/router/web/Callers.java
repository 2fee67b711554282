package io.bailiwick.router.web;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.transport.http.HttpRoute.Reply;
import io.bailiwick.router.transport.http.HttpRoute.Request;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds out who sends a request, as far as the request can tell; the router's own handshake decides. */
final class Callers {
    private final BridgeOptions options;
    private final Entrance entrance;
    private final Optional<SignedRequests> signed;

    Callers(BridgeOptions options, Entrance entrance, Supplier<Instant> clock) {
        this.options = options;
        this.entrance = entrance;
        this.signed = options.access().signed().map(signature -> new SignedRequests(signature, clock));
    }

    /** What a request says of its sender. */
    sealed interface Verdict {}

    /** Nobody whom the bridge lets in. */
    record Refused(Reply reply) implements Verdict {}

    /**
     * Somebody who may try to join.
     *
     * @param identity tells his sessions from those of others; holds no secret
     * @param sessions makes a session of his, not joined yet
     */
    record Known(String identity, Supplier<WampSession> sessions) implements Verdict {}

    /** Where a session's requests come from. Without the cookie: others of the address may share the session. */
    private static Peer origin(Request request) {
        Peer peer = request.peer();
        return new Peer(peer.listener(), peer.address(), peer.format(), peer.tls(), Optional.empty(), peer.security());
    }

    Verdict of(Request request) {
        if (signed.isPresent() && SignedRequests.isSigned(request)) {
            Optional<Reply> refusal = signed.get().refusal(request);
            return refusal.isPresent()
                    ? new Refused(refusal.get())
                    : signer(options.access().signed().orElseThrow());
        }
        if (request.headers().containsKey("authorization")) {
            return options.access().tickets() ? ticket(request) : unknown();
        }
        if (!options.access().anonymous()) {
            return unknown();
        }
        Peer peer = origin(request);
        return new Known(
                "anonymous " + address(peer) + " by " + peer.listener(),
                () -> new WampSession(entrance.stranger(peer), options.realm(), Optional.empty(), Optional.empty()));
    }

    private Verdict signer(BridgeOptions.Signed by) {
        return new Known(
                "signed",
                () -> new WampSession(
                        entrance.trusted(options.realm(), by.authid(), by.authrole()),
                        options.realm(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private Verdict ticket(Request request) {
        String[] parts = request.header("authorization").orElse("").split(" ", 2);
        if (parts.length != 2) {
            return unknown();
        }
        String credentials = parts[1].strip();
        return switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "basic" -> basic(origin(request), credentials);
            case "bearer" ->
                credentials.isEmpty()
                        ? unknown()
                        : known(origin(request), request.header("x-wamp-authid"), credentials);
            default -> unknown();
        };
    }

    private Verdict basic(Peer peer, String credentials) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(credentials)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return unknown();
        }
        int colon = text.indexOf(':');
        return colon < 1 ? unknown() : known(peer, Optional.of(text.substring(0, colon)), text.substring(colon + 1));
    }

    private Verdict known(Peer peer, Optional<String> authid, String ticket) {
        String identity = "ticket " + address(peer) + " by " + peer.listener() + " "
                + digest(authid.map(id -> "as " + id).orElse("") + "\u0000" + ticket);
        return new Known(
                identity, () -> new WampSession(entrance.stranger(peer), options.realm(), authid, Optional.of(ticket)));
    }

    private static Verdict unknown() {
        byte[] body = Json.write(
                java.util.Map.of("error", Uris.AUTHENTICATION_FAILED), Arguments.of("credentials are expected"));
        return new Refused(Reply.json(401, body));
    }

    private static String digest(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256 in every JDK, but found none", e);
        }
    }

    /** Who counts as one where requests are counted. */
    static String counted(Peer peer) {
        return peer.network().orElseGet(peer::address);
    }

    /** The address without its port, which changes with each connection. */
    private static String address(Peer peer) {
        int port = peer.address().lastIndexOf(':');
        return port < 0 ? peer.address() : peer.address().substring(0, port);
    }
}
