package io.bailiwick.router.handshake;

import io.bailiwick.router.credential.Kdf;
import io.bailiwick.router.credential.Octets;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramMessage;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The client's side of SCRAM: answers no weak parameters, and joins no router that does not have the credential. */
final class ScramAnswering implements Answering {
    private static final int NONCE_SIZE = 18;
    private static final int MAX_SALT = 1024;

    private final Login.Scram login;
    private final Optional<ScramMessage.Binding> binding;
    /** A multiple of three octets: in Base64 the joined texts and the joined octets are then the same. */
    private final String clientNonce = Octets.base64(Octets.random(NONCE_SIZE));

    private @Nullable String expected;

    ScramAnswering(Login.Scram login, ChannelSecurity security) {
        this.login = login;
        this.binding = login.binding().map(type -> {
            List<byte[]> octets = security.bindings(type);
            if (octets.isEmpty()) {
                throw new IllegalArgumentException("channel binding " + type
                        + ": expected a connection that provides it, but found one that does not");
            }
            return ScramMessage.Binding.of(type, octets.get(0));
        });
    }

    @Override
    public String method() {
        return login.dialect().method();
    }

    @Override
    public Map<String, Object> authextra() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("nonce", clientNonce);
        login.binding().ifPresent(type -> extra.put("channel_binding", type));
        return extra;
    }

    @Override
    public String named(String authid) {
        return login.dialect()
                .asked(authid)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected an authid that SASLprep (RFC 4013) allows, but found another one"));
    }

    @Override
    public Message.Authenticate answer(Dict extra, @Nullable String authid) throws RefusedException {
        if (authid == null) {
            throw new IllegalArgumentException("expected an authid with " + method() + ", but found none");
        }
        String nonce = extra.text("nonce").orElse("");
        if (!login.dialect().continues(nonce, clientNonce)) {
            throw RefusedException.of(
                    Uris.AUTHENTICATION_FAILED, "CHALLENGE.Extra.nonce: expected one that begins with the client's");
        }
        ScramParameters parameters = parameters(extra);
        if (!parameters.isReasonable()) {
            throw RefusedException.of(
                    Uris.AUTHENTICATION_FAILED,
                    "CHALLENGE.Extra: expected a salt and a key derivation that are neither weak nor endless, but found "
                            + parameters);
        }
        ScramMessage message = new ScramMessage(
                login.dialect(),
                authid,
                clientNonce,
                nonce,
                extra.text("salt").orElse(""),
                parameters.iterations(),
                binding);
        ScramMessage.Answer answer = message.answer(login.password(), parameters);
        expected = answer.serverSignature();
        return new Message.Authenticate(answer.proof(), finalExtra(nonce));
    }

    private Dict finalExtra(String nonce) {
        if (login.dialect() == ScramDialect.AUTOBAHN) {
            return Dict.EMPTY;
        }
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        extra.put("nonce", nonce);
        extra.put("channel_binding", login.binding().orElse(null));
        binding.ifPresent(bound -> extra.put("cbind_data", bound.data()));
        return Dict.of(extra);
    }

    private ScramParameters parameters(Dict extra) {
        Kdf kdf = extra.text("kdf")
                .flatMap(login.dialect()::kdf)
                .orElseThrow(() -> new ProtocolViolation(
                        "CHALLENGE.Extra.kdf", "the name of a key derivation", "none or another text"));
        byte[] salt = extra.text("salt")
                .map(text -> Octets.fromBase64(text, MAX_SALT))
                .orElse(null);
        if (salt == null) {
            throw new ProtocolViolation("CHALLENGE.Extra.salt", "a text in Base64", "none or another text");
        }
        try {
            return new ScramParameters(kdf, salt, integer(extra, "iterations"), integer(extra, "memory"));
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation("CHALLENGE.Extra: " + e.getMessage());
        }
    }

    private static int integer(Dict extra, String key) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, extra.integer(key).orElse(0)));
    }

    @Override
    public void welcomed(Dict authextra, boolean answered) throws RefusedException {
        String key = login.dialect() == ScramDialect.WAMP ? "verifier" : "scram_server_signature";
        String text = authextra.text(key).orElse("");
        // The specification's text has no "v=" here, its example has one.
        String given = text.startsWith("v=") ? text.substring(2) : text;
        String wanted = expected;
        if (!answered || wanted == null || !Octets.same(wanted, given)) {
            throw RefusedException.of(
                    Uris.AUTHENTICATION_FAILED, "the router did not prove that it has the credential");
        }
    }
}
