package io.bailiwick.router.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.http.HttpRoute;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Webhooks: what is posted becomes an event. */
@Conforms(Feature.HTTP_BRIDGES)
class WebhookTest {
    private final TicketRouter router = new TicketRouter();

    @AfterEach
    void close() {
        router.close();
    }

    private static WebhookOptions options(Optional<String> secret, int perSecond) {
        return new WebhookOptions(
                "/hook",
                "realm1",
                "com.example.push",
                "hook",
                "publisher",
                List.of("X-Event"),
                secret,
                1_000,
                perSecond);
    }

    private static int post(Webhook hook, byte[] body, Map<String, List<String>> headers) throws Exception {
        Peer peer = new Peer("web", "tcp:192.0.2.1:4000", Optional.empty(), true);
        return hook.handle(new HttpRoute.Request("POST", "/hook", Map.of(), headers, body, peer))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .status();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Arguments published() throws Exception {
        Message.Publish publish = (Message.Publish) router.requests.poll(10, TimeUnit.SECONDS);
        assertEquals("com.example.push", publish.topic());
        return Payloads.decode(publish.payload());
    }

    @Test
    void json_becomes_a_value_and_chosen_headers_go_with_it() throws Exception {
        Webhook hook = new Webhook(options(Optional.empty(), 0), router);
        Map<String, List<String>> headers = Map.of(
                "content-type", List.of("application/json; charset=utf-8"),
                "x-event", List.of("push"),
                "x-other", List.of("kept back"));
        assertEquals(204, post(hook, bytes("{\"ref\":[1]}"), headers));
        Arguments arguments = published();
        assertEquals(List.of(Map.of("ref", List.of(1L))), arguments.list());
        assertEquals(Map.of("headers", Map.of("x-event", "push")), arguments.map());
        assertEquals(List.of("hook as publisher"), router.joined);
    }

    @Test
    void another_body_stays_the_text_it_is() throws Exception {
        Webhook hook = new Webhook(options(Optional.empty(), 0), router);
        assertEquals(204, post(hook, bytes("{\"a\":1"), Map.of("content-type", List.of("text/plain"))));
        assertEquals(List.of("{\"a\":1"), published().list());
        assertEquals(400, post(hook, bytes("{\"a\":1"), Map.of("content-type", List.of("application/json"))));
        assertEquals(400, post(hook, new byte[] {(byte) 0xc3}, Map.of()));
    }

    @Test
    void a_secret_has_to_be_proven_for_the_very_body() throws Exception {
        Webhook hook = new Webhook(options(Optional.of("It's a Secret to Everybody"), 0), router);
        // The example of GitHub's documentation.
        String signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assertEquals(204, post(hook, bytes("Hello, World!"), Map.of("x-hub-signature-256", List.of(signature))));
        assertEquals(List.of("Hello, World!"), published().list());
        assertEquals(401, post(hook, bytes("Hello, World?"), Map.of("x-hub-signature-256", List.of(signature))));
        assertEquals(401, post(hook, bytes("Hello, World!"), Map.of()));
        assertEquals(401, post(hook, bytes("Hello, World!"), Map.of("x-hub-signature-256", List.of("sha256=zz"))));
        byte[] other = SignedRequests.hmac("another", List.of(bytes("Hello, World!")));
        assertEquals(
                401,
                post(
                        hook,
                        bytes("Hello, World!"),
                        Map.of(
                                "x-hub-signature-256",
                                List.of("sha256=" + HexFormat.of().formatHex(other)))));
        assertEquals(0, router.requests.size());
    }

    @Test
    void an_address_that_comes_too_often_is_answered_with_429() throws Exception {
        Webhook hook = new Webhook(options(Optional.empty(), 1), router);
        assertEquals(204, post(hook, bytes("a"), Map.of()));
        assertEquals(204, post(hook, bytes("b"), Map.of()));
        assertEquals(429, post(hook, bytes("c"), Map.of()));
    }

    @Test
    void the_secret_is_not_shown() {
        assertFalse(options(Optional.of("hidden"), 0).toString().contains("hidden"));
    }
}
