package io.bailiwick.domain.metering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bailiwick.router.cryptosign.PublicKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A receiver of usage as the page on metering tells others to write one: it knows the public key, checks the signature over what
 * it got, and takes each batch once. What it is to do wrong stands in {@link #faults}, one for each request.
 */
public final class UsageReceiverOnLoopback implements AutoCloseable {
    /** What happens to a request. */
    public enum Fault {
        /** It is answered 500, and nothing is taken. */
        ANSWER_500,
        /** It is answered 400, and nothing is taken. */
        ANSWER_400,
        /** It is answered 302, to itself. */
        REDIRECT,
        /** It is never answered. */
        HANG,
        /** The answer begins, and its body never ends. */
        ENDLESS_BODY,
        /** The connection is closed without an answer. */
        CLOSE,
        /** It is taken, and the connection is closed without an answer. */
        TAKE_AND_CLOSE
    }

    public final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    /** The bodies of requests by the identity of their batch, as they came first. */
    private final Map<String, byte[]> taken = new LinkedHashMap<>();

    private final List<Long> numbers = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private int requests;
    private volatile String pubkey = "";

    public UsageReceiverOnLoopback() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/usage", this::handle);
        server.start();
    }

    /** The key that must have signed. */
    public UsageReceiverOnLoopback knowing(String key) {
        pubkey = key;
        return this;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/usage?token=secret");
    }

    private void handle(HttpExchange exchange) throws IOException {
        Fault fault = faults.poll();
        byte[] body = exchange.getRequestBody().readAllBytes();
        synchronized (this) {
            requests++;
        }
        if (fault == null || fault == Fault.TAKE_AND_CLOSE) {
            boolean good = take(exchange, body);
            if (fault == null) {
                exchange.sendResponseHeaders(good ? 204 : 401, -1);
            }
            exchange.close();
            return;
        }
        switch (fault) {
            case ANSWER_500 -> exchange.sendResponseHeaders(500, -1);
            case ANSWER_400 -> exchange.sendResponseHeaders(400, -1);
            case REDIRECT -> {
                exchange.getResponseHeaders().set("Location", url().toString());
                exchange.sendResponseHeaders(302, -1);
            }
            case HANG -> await();
            case ENDLESS_BODY -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
                await();
            }
            default -> {}
        }
        exchange.close();
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean take(HttpExchange exchange, byte[] body) {
        String fault = fault(exchange, body);
        if (!fault.isEmpty()) {
            wrong.add(fault);
            return false;
        }
        String id = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        byte[] before = taken.putIfAbsent(id, body);
        if (before == null) {
            numbers.add(Long.parseLong(exchange.getRequestHeaders().getFirst("Bailiwick-Batch")));
        } else if (!MessageDigest.isEqual(before, body)) {
            wrong.add("batch " + id + " has changed");
        }
        return true;
    }

    /** What is wrong with a request; empty when nothing is. Written from the page, not from the code. */
    private String fault(HttpExchange exchange, byte[] body) {
        try {
            var headers = exchange.getRequestHeaders();
            String key = headers.getFirst("Bailiwick-Key");
            String signature = headers.getFirst("Bailiwick-Signature");
            if (!pubkey.equals(key) || !signature.startsWith("ed25519=")) {
                return "signed by another";
            }
            String text = "bailiwick-usage-1\n" + key + "\n" + headers.getFirst("Bailiwick-Time") + "\n"
                    + headers.getFirst("Bailiwick-Batch") + "\n" + headers.getFirst("Idempotency-Key") + "\n"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(body))
                    + "\n";
            boolean signed = PublicKey.of(key)
                    .verifies(
                            text.getBytes(StandardCharsets.UTF_8),
                            HexFormat.of().parseHex(signature.substring("ed25519=".length())));
            long age = Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(headers.getFirst("Bailiwick-Time")));
            return signed ? age < 300 ? "" : "too old" : "not signed";
        } catch (Exception e) {
            return e.toString();
        }
    }

    /** The ids of all records in the order in which they were taken. */
    public synchronized List<String> records() throws IOException {
        List<String> ids = new ArrayList<>();
        for (byte[] body : taken.values()) {
            for (JsonNode record : new JsonMapper().readTree(body).get("records")) {
                ids.add(record.get("id").textValue());
            }
        }
        return ids;
    }

    /** The records themselves. */
    public synchronized List<JsonNode> bodies() throws IOException {
        List<JsonNode> found = new ArrayList<>();
        for (byte[] body : taken.values()) {
            found.add(new JsonMapper().readTree(body));
        }
        return found;
    }

    public synchronized List<Long> numbers() {
        return List.copyOf(numbers);
    }

    public synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }

    public synchronized int requests() {
        return requests;
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
