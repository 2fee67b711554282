package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client of the long-poll transport at {@code /lp}, which posts what the test says. */
final class PollClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private String transport = "";

    PollClient(int port) {
        this.port = port;
    }

    CompletableFuture<HttpResponse<byte[]>> start(String path, byte[] body) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/lp/" + path))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json; charset=utf-8")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> post(String path, byte[] body) {
        return start(path, body).join();
    }

    HttpResponse<byte[]> post(String path, String body) {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    PollClient open(String protocol) throws Exception {
        HttpResponse<byte[]> opened = post("open", "{\"protocols\":[\"wamp.2.unknown\",\"" + protocol + "\"]}");
        assertEquals(200, opened.statusCode());
        JsonNode info = JSON.readTree(opened.body());
        assertEquals(protocol, info.get("protocol").textValue());
        transport = info.get("transport").textValue();
        return this;
    }

    String transport() {
        return transport;
    }

    HttpResponse<byte[]> send(String body) {
        return post(transport + "/send?x=1", body);
    }

    HttpResponse<byte[]> send(byte[] body) {
        return post(transport + "/send", body);
    }

    HttpResponse<byte[]> receive() {
        return post(transport + "/receive?x=1", new byte[0]);
    }

    CompletableFuture<HttpResponse<byte[]>> startReceive() {
        return start(transport + "/receive", new byte[0]);
    }

    HttpResponse<byte[]> close() {
        return post(transport + "/close", new byte[0]);
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    static byte[] encode(Format format, Message message) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Codec.of(format).write(message, out);
        return out.toByteArray();
    }
}
