package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two routers that run by files, linked as the file of one of them says. */
@Conforms(Feature.ROUTER_LINKS)
class ConfiguredLinksTest {
    private static final String REALM = """
            realms:
              - name: shop
                anonymous: any
                roles:
                  - name: any
                    rules: [{uri: "", match: prefix, allow: [call, register, publish, subscribe]}]
                  - name: rlink
                    rules:
                      - {uri: com.shop., match: prefix, allow: [call, register, publish, subscribe]}
                      - {uri: wamp., match: prefix, allow: [call, subscribe]}
            """;

    @TempDir
    Path directory;

    private Ground north;
    private Ground south;
    private StandaloneRouter atNorth;
    private StandaloneRouter atSouth;

    @BeforeEach
    void write() throws Exception {
        north = new Ground(Files.createDirectory(directory.resolve("north")));
        south = new Ground(Files.createDirectory(directory.resolve("south")));
        SigningKey key = SigningKey.generate();
        KeyOwner.User owner = new KeyOwner.User("test", "2026-01-01T00:00:00Z", "south");
        KeyFiles.write(south.directory.resolve("link.priv"), south.directory.resolve("link.pub"), key, owner);
        String secret = "a secret of links";
        for (String name : new String[] {"link", "cra"}) {
            south.secret(name + ".secret", secret);
            north.secret(name + ".secret", secret);
        }
        north.write("""
                listeners:
                  - {name: tcp, endpoint: "tcp://127.0.0.1:0"}
                  - {name: unix, endpoint: "unix:%s"}
                """.formatted(north.directory.resolve("router.sock"))
                + REALM
                + """
                    principals:
                      - {authid: south, role: rlink, authorized_keys: ["%s"]}
                      - {authid: by-cra, role: rlink, wampcra: {secret_file: cra.secret}}
                      - authid: by-secret
                        role: rlink
                        %s
                        %s
                """.formatted(key.publicKey(), credential(secret, "ticket"), credential(secret, "scram")));
    }

    /** The lines of a principal, as far in as principals stand. */
    private static String credential(String secret, String method) {
        Ground.Run made = Ground.fed(secret, "router", "secret", method);
        return made.out().strip().replace("\n", "\n        ");
    }

    private void startNorth() throws Exception {
        atNorth = StandaloneRouter.start(RouterOptions.load(north.file));
    }

    private void startSouth(String link) throws Exception {
        south.write("""
                management: {endpoint: "tcp://127.0.0.1:0"}
                listeners:
                  - {name: tcp, endpoint: "tcp://127.0.0.1:0"}
                """ + REALM + "    rlinks:\n" + link);
        atSouth = StandaloneRouter.start(RouterOptions.load(south.file));
    }

    private String overUnix() {
        return """
                      - name: north
                        url: unix:%s
                        login: {method: cryptosign, authid: south, key: link.priv}
                        reconnect: {first_ms: 20, most_ms: 50}
                """.formatted(north.directory.resolve("router.sock"));
    }

    @AfterEach
    void leave() {
        for (AutoCloseable each : new AutoCloseable[] {atSouth, atNorth, north, south}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static ClientSession join(Ground ground, StandaloneRouter router) throws Exception {
        return ground.join(router.endpoints().get("tcp"), "shop", null, new Login.Anonymous());
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        BlockingQueue<Object> never = new LinkedBlockingQueue<>();
        for (int i = 0; i < 2_000 && !condition.call(); i++) {
            never.poll(10, TimeUnit.MILLISECONDS);
        }
        assertTrue(condition.call(), "it comes to be within twenty seconds");
    }

    private static void answers(ClientSession session, String procedure, String answer) throws Exception {
        session.register(procedure, Dict.EMPTY, call -> CompletableFuture.completedFuture(Arguments.of(answer)))
                .get(10, TimeUnit.SECONDS);
    }

    private static BlockingQueue<Object> events(ClientSession session, String topic) throws Exception {
        BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        session.subscribe(
                        topic,
                        MatchPolicy.EXACT,
                        event -> events.add(event.arguments().list().get(0)))
                .get(10, TimeUnit.SECONDS);
        return events;
    }

    /** Calls until it is answered so: the link needs some time to mirror what it is for. */
    private static void isAnswered(ClientSession session, String procedure, String answer) throws Exception {
        until(() -> session.call(procedure)
                .handle((result, failure) ->
                        failure == null && result.list().get(0).equals(answer))
                .get(10, TimeUnit.SECONDS));
    }

    /** Publishes until it comes. */
    private static void comes(ClientSession from, String topic, BlockingQueue<Object> to) throws Exception {
        until(() -> {
            from.publish(topic, "over").get(10, TimeUnit.SECONDS);
            return to.poll(50, TimeUnit.MILLISECONDS) != null;
        });
    }

    private void crossesBothWays() throws Exception {
        try (ClientSession here = join(south, atSouth);
                ClientSession there = join(north, atNorth)) {
            answers(here, "com.shop.south", "of the south");
            answers(there, "com.shop.north", "of the north");
            BlockingQueue<Object> atHere = events(here, "com.shop.to-south");
            BlockingQueue<Object> atThere = events(there, "com.shop.to-north");
            isAnswered(here, "com.shop.north", "of the north");
            isAnswered(there, "com.shop.south", "of the south");
            comes(there, "com.shop.to-south", atHere);
            comes(here, "com.shop.to-north", atThere);
        }
    }

    @Test
    void calls_and_events_cross_in_both_directions_and_again_when_either_router_was_started_again() throws Exception {
        startNorth();
        startSouth(overUnix());
        crossesBothWays();
        atNorth.close();
        startNorth();
        crossesBothWays();
        atSouth.close();
        startSouth(overUnix());
        crossesBothWays();
    }

    @ParameterizedTest
    @CsvSource({
        "ws, '{method: cryptosign, key: link.priv}'",
        "rs, '{method: wampcra, authid: by-cra, secret_file: cra.secret}'",
        "rs, '{method: wamp-scram, authid: by-secret, secret_file: link.secret}'",
        "ws, '{method: ticket, authid: by-secret, secret_file: link.secret}'"
    })
    void a_link_logs_in_by_each_method_over_each_transport(String scheme, String login) throws Exception {
        startNorth();
        int port = atNorth.endpoints().get("tcp").port();
        String path = scheme.equals("ws") ? "/ws" : "";
        startSouth("""
                      - name: north
                        url: %s://127.0.0.1:%d%s
                        format: msgpack
                        login: %s
                """.formatted(scheme, port, path, login));
        try (ClientSession here = join(south, atSouth);
                ClientSession there = join(north, atNorth)) {
            answers(there, "com.shop.north", "of the north");
            isAnswered(here, "com.shop.north", "of the north");
        }
    }

    @Test
    void only_what_the_file_names_crosses_in_each_direction() throws Exception {
        startNorth();
        startSouth(overUnix() + """
                        out: {calls: false, topics: [{uri: com.shop.open., match: prefix}]}
                        in: {events: false, procedures: [{uri: com.shop.north}]}
                """);
        try (ClientSession here = join(south, atSouth);
                ClientSession there = join(north, atNorth)) {
            BlockingQueue<Object> closed = events(there, "com.shop.closed.one");
            BlockingQueue<Object> open = events(there, "com.shop.open.one");
            answers(there, "com.shop.north", "of the north");
            answers(here, "com.shop.north.too", "of the south");
            comes(here, "com.shop.open.one", open);
            here.publish("com.shop.closed.one", "no").get(10, TimeUnit.SECONDS);
            comes(here, "com.shop.open.one", open);
            assertTrue(closed.isEmpty());
            // What is called there and registered here comes in; nothing that is called here goes out.
            isAnswered(here, "com.shop.north.too", "of the south");
        }
    }

    private String metrics() throws Exception {
        Endpoint management = atSouth.endpoints().get("management");
        return get(management, "/metrics").body();
    }

    private static HttpResponse<String> get(Endpoint to, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + to.port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @Conforms(Feature.HEALTH_AND_METRICS)
    void the_metrics_tell_which_links_are_up_and_a_router_with_one_that_is_down_is_ready() throws Exception {
        startSouth(overUnix());
        assertTrue(metrics().contains("bailiwick_router_link_up{link=\"north\",realm=\"shop\"} 0"), metrics());
        assertEquals(200, get(atSouth.endpoints().get("management"), "/readyz").statusCode());
        startNorth();
        until(() -> metrics().contains("bailiwick_router_link_up{link=\"north\",realm=\"shop\"} 1"));
    }

    @Test
    void reloading_begins_new_links_ends_those_that_are_gone_and_leaves_the_others_connected() throws Exception {
        startNorth();
        startSouth(overUnix());
        try (ClientSession here = join(south, atSouth);
                ClientSession there = join(north, atNorth)) {
            answers(there, "com.shop.north", "of the north");
            isAnswered(here, "com.shop.north", "of the north");
            Object before = links(here);
            String whole = Files.readString(south.file);
            south.write(whole + overUnix().replace("name: north", "name: second"));
            atSouth.reload(RouterOptions.load(south.file));
            until(() -> metrics().contains("link=\"second\",realm=\"shop\"} 1"));
            south.write(whole);
            atSouth.reload(RouterOptions.load(south.file));
            until(() -> !metrics().contains("second"));
            until(() -> links(here).equals(before));
            south.write(whole.substring(0, whole.indexOf("    rlinks:")));
            atSouth.reload(RouterOptions.load(south.file));
            until(() -> links(here).toString().equals("[]"));
            assertFalse(metrics().contains("link_up{"));
        }
    }

    private static Object links(ClientSession session) throws Exception {
        return session.call("wamp.session.list", List.of("rlink"))
                .get(10, TimeUnit.SECONDS)
                .list()
                .get(0);
    }
}
