package io.bailiwick.router.web;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A webhook: what is posted to a path is published to a topic, with the body as the only argument and the headers below the
 * keyword {@code headers}.
 *
 * @param path the path
 * @param realm the realm
 * @param topic the topic
 * @param authid the identity that publishes
 * @param authrole its role, which must be allowed to publish to the topic
 * @param headers the names of the request's headers that are published
 * @param secret when present, each request must have {@code X-Hub-Signature-256}: {@code sha256=} and the HMAC-SHA256 of the
 *     body in hex, as GitHub and others send it
 * @param maxBody bytes of a body
 * @param perSecond requests of one address in a second, on the long run; 0 for no bound
 */
public record WebhookOptions(
        String path,
        String realm,
        String topic,
        String authid,
        String authrole,
        List<String> headers,
        Optional<String> secret,
        int maxBody,
        int perSecond) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming what was expected
     */
    public WebhookOptions {
        headers = headers.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        if (maxBody < 1 || perSecond < 0 || secret.filter(String::isEmpty).isPresent()) {
            throw new IllegalArgumentException("webhook " + path
                    + ": expected maxBody above 0, perSecond of 0 or more and no empty secret, but found another");
        }
        if (headers.contains("authorization") || headers.contains("cookie")) {
            throw new IllegalArgumentException(
                    "webhook " + path + ": expected headers without authorization and cookie, but found one of them");
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "webhook " + path + " to " + topic + " in " + realm;
    }
}
