package io.bailiwick.router.credential;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;

/** The JSON text that a WAMP-CRA client signs (WAMP, "Challenge Response Authentication"). */
public final class CraChallenge {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int NONCE_SIZE = 32;

    private CraChallenge() {}

    /**
     * A new challenge. Written by a JSON writer: an authid may contain quotes.
     *
     * @param session the id that WELCOME will carry
     */
    public static String issue(String authid, String authrole, String authprovider, Instant now, long session) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("authid", authid);
            json.writeStringField("authrole", authrole);
            json.writeStringField("authmethod", "wampcra");
            json.writeStringField("authprovider", authprovider);
            json.writeStringField("nonce", Octets.base64(Octets.random(NONCE_SIZE)));
            json.writeStringField("timestamp", now.toString());
            json.writeNumberField("session", session);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory takes everything", e);
        }
        return text.toString();
    }
}
