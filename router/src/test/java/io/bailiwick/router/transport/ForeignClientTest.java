package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The JDK's own WebSocket client, which shares no line with ours. */
class ForeignClientTest {

    @Test
    void messages_pings_and_the_close_are_understood_both_ways() throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            Heard heard = new Heard();
            WebSocket client = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("mqtt", "wamp.2.json")
                    .buildAsync(URI.create("ws://127.0.0.1:" + site.port() + "/ws"), heard)
                    .get(Recorder.PATIENCE, TimeUnit.SECONDS);
            assertEquals("wamp.2.json", client.getSubprotocol());
            Recorder server = site.next();

            client.sendText("[1,\"rea", false).join();
            client.sendText("lm1\",{}]", true).join();
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), server.next());
            client.sendPing(ByteBuffer.wrap(new byte[] {'h', 'i'})).join();
            assertEquals("pong hi", heard.next());

            String realm = "r".repeat(200_000);
            server.link().send(new Message.Abort(Dict.EMPTY, realm));
            assertEquals("[3,{},\"" + realm + "\"]", heard.next());

            client.sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
            assertEquals("close 1000", heard.next());
            server.assertEndedInTheOrdinaryWay();
        }
    }

    @Test
    void a_close_of_the_router_is_an_ordinary_one() throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            Heard heard = new Heard();
            HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("wamp.2.json")
                    .buildAsync(URI.create("ws://127.0.0.1:" + site.port() + "/ws"), heard)
                    .get(Recorder.PATIENCE, TimeUnit.SECONDS);
            Recorder server = site.next();
            server.link().send(new Message.Goodbye(Dict.EMPTY, "wamp.close.close_realm"));
            server.link().close();
            assertEquals("[6,{},\"wamp.close.close_realm\"]", heard.next());
            assertEquals("close 1000", heard.next());
            server.assertEndedInTheOrdinaryWay();
        }
    }

    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> all = new LinkedBlockingQueue<>();
        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                all.add(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            all.add("pong " + StandardCharsets.US_ASCII.decode(message));
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            all.add("close " + code);
            return CompletableFuture.completedStage(null);
        }

        String next() throws InterruptedException {
            return all.poll(Recorder.PATIENCE, TimeUnit.SECONDS);
        }
    }
}
