package io.bailiwick.router.handshake;

import io.bailiwick.router.credential.Octets;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramMessage;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM (WAMP, "Salted Challenge Response Authentication Mechanism"), in both dialects: the client proves that it knows the
 * password, and the router that it has the credential. Never says {@code unknown-user}: who does not exist fails like who
 * has a wrong password, with {@code invalid-proof}.
 */
final class ScramExchange implements Exchange {
    private static final int NONCE_SIZE = 16;
    private static final int MAX_NONCE = 256;
    private static final int MAX_BINDING = 1024;
    private static final int PROOF_SIZE = 32;

    private final ScramCredential credential;
    private final String authid;
    private final String clientNonce;
    private final String nonce;
    private final @Nullable String binding;
    private final List<byte[]> bindings;

    ScramExchange(ScramCredential credential, Opening opening) throws RefusedException {
        this.credential = credential;
        Claim claim = opening.claim();
        this.authid = claim.authid() == null ? opening.authid() : claim.authid();
        this.clientNonce = clientNonce(claim.authextra());
        boolean bindable = credential.dialect() == ScramDialect.WAMP;
        this.binding = bindable ? opening.greeting().channelBinding() : null;
        this.bindings = binding == null ? List.of() : claim.peer().security().bindings(binding);
        if (binding != null && bindings.isEmpty()) {
            throw RefusedException.ofScram(
                    Uris.FEATURE_NOT_SUPPORTED,
                    RefusedException.noBinding(binding),
                    "unsupported-channel-binding-type");
        }
        this.nonce = credential.dialect().combine(clientNonce, Octets.random(NONCE_SIZE));
    }

    private static String clientNonce(Dict authextra) throws RefusedException {
        String text = authextra.textOrNull("nonce");
        byte[] octets = text == null ? null : Octets.fromBase64(text, MAX_NONCE);
        if (text == null || octets == null || octets.length < NONCE_SIZE) {
            throw RefusedException.ofScram(
                    Uris.AUTHENTICATION_FAILED,
                    "HELLO.Details.authextra.nonce: expected " + NONCE_SIZE + " to " + MAX_NONCE
                            + " octets in Base64, but found " + (text == null ? "none" : "another text"),
                    "invalid-encoding");
        }
        return text;
    }

    @Override
    public Message.Challenge challenge() {
        ScramParameters parameters = credential.parameters();
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("nonce", nonce);
        extra.put("salt", parameters.saltText());
        extra.put("kdf", credential.dialect().nameOf(parameters.kdf()));
        extra.put("iterations", (long) parameters.iterations());
        if (parameters.memory() > 0) {
            extra.put("memory", (long) parameters.memory());
        }
        return new Message.Challenge(credential.method(), Dict.of(extra));
    }

    @Override
    public Verdict check(Message.Authenticate answer) {
        try {
            return checked(answer);
        } catch (ProtocolViolation wrongType) {
            return Verdict.failed("invalid-encoding");
        }
    }

    private Verdict checked(Message.Authenticate answer) {
        Optional<ScramMessage.Binding> bound = Optional.empty();
        if (credential.dialect() == ScramDialect.WAMP) {
            Dict extra = answer.extra();
            if (!nonce.equals(extra.textOrNull("nonce"))) {
                return Verdict.failed("other-error");
            }
            byte[] data = data(extra);
            if (!Objects.equals(binding, extra.textOrNull("channel_binding")) || (binding != null && data == null)) {
                return Verdict.failed("channel-bindings-dont-match");
            }
            bound = binding == null || data == null
                    ? Optional.empty()
                    : Optional.of(ScramMessage.Binding.of(binding, data));
        }
        byte[] proof = Octets.fromBase64(answer.signature(), PROOF_SIZE);
        if (proof == null || proof.length != PROOF_SIZE) {
            return Verdict.failed("invalid-encoding");
        }
        ScramMessage message = message(bound);
        return credential.isProvenBy(proof, message)
                ? new Verdict(true, proofOfRouter(message), null)
                : Verdict.failed("invalid-proof");
    }

    /** The client's view of the connection where it is one of ours; else null. */
    private byte @Nullable [] data(Dict extra) {
        String text = extra.textOrNull("cbind_data");
        byte[] data = text == null ? null : Octets.fromBase64(text, MAX_BINDING);
        if (data == null) {
            return null;
        }
        boolean ours = false;
        for (byte[] candidate : bindings) {
            ours |= Octets.same(candidate, data);
        }
        return ours ? data : null;
    }

    private ScramMessage message(Optional<ScramMessage.Binding> bound) {
        ScramParameters parameters = credential.parameters();
        return new ScramMessage(
                credential.dialect(),
                authid,
                clientNonce,
                nonce,
                parameters.saltText(),
                parameters.iterations(),
                bound);
    }

    private Dict proofOfRouter(ScramMessage message) {
        String signature = Octets.base64(credential.serverSignature(message));
        return credential.dialect() == ScramDialect.WAMP
                ? Dict.of("verifier", "v=" + signature)
                : Dict.of("scram_server_signature", signature);
    }
}
