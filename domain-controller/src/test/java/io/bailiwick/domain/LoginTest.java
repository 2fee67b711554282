package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bailiwick.domain.admission.ControllerKeys;
import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.mail.SmtpOptions;
import io.bailiwick.domain.procedure.KeyProcedures;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.domain.testing.MovableClock;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Closed;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.server.SMTPServer;

/** People join: a real router, store and sockets, without realm controllers. */
class LoginTest {
    private static final String DOMAIN = "com.crossbario.fabric";
    private static final String ALICE = "alice@example.org";
    private static final String CODE_SENT = "fabric.auth-failed.new-user-auth-code-sent";
    private static final String NOT_PENDING = "fabric.auth-failed.no-pending-activation";
    private static final String FAILED = "wamp.error.authentication_failed";
    private static final String USER = "crossbarfabriccenter.user.";

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock();
    private final SigningKey key = SigningKey.generate();
    private final List<ClientSession> sessions = new ArrayList<>();
    private Network network;
    private ExecutorService callbacks;
    private ExecutorService workers;
    private ScheduledExecutorService timer;
    private Store<GlobalSchema> store;
    private Gatehouse gate;
    private KeySessions keySessions;
    private Router router;
    private Endpoint tcp;
    private Endpoint door;
    private MasterOptions options;

    @BeforeEach
    void start() throws Exception {
        network = Network.open(2);
        callbacks = Executors.newFixedThreadPool(2);
        options = MasterOptions.of(directory.resolve("data"));
        open();
    }

    private void open() throws Exception {
        DataDirectory data = DataDirectory.prepare(options.data());
        workers = Executors.newFixedThreadPool(2);
        timer = Executors.newSingleThreadScheduledExecutor();
        store = Store.open(data.store(), new GlobalSchema());
        store.writeAll(tx -> FirstStart.seed(tx, store.schema(), clock, true));
        gate = new Gatehouse(options, data, store, new ControllerKeys(), workers, clock);
        router = Router.start(network, gate.authenticator());
        router.openRealm(DOMAIN, Roles.DOMAIN);
        router.openRealm("default", Roles.MANAGEMENT_REALM);
        tcp = listen(Gatehouse.listener(0), "tcp://127.0.0.1:0");
        door = listen(Gatehouse.LOCAL_DOOR, "unix:" + data.adminSocket());
        keySessions = new KeySessions(router, store, Duration.ofMillis(50), timer, workers);
        HeldSession held = new HeldSession(DOMAIN, router.local(DOMAIN, "domain", Roles.BACKEND), workers, timer);
        Work work = new Work(store, workers);
        held.open(List.of(new KeyProcedures(work, gate.keys(), gate::codes, keySessions, clock)))
                .get(20, TimeUnit.SECONDS);
    }

    private Endpoint listen(String name, String endpoint) throws IOException {
        return router.listen(new ListenerOptions(
                        name, Endpoint.of(endpoint), "/ws", Optional.empty(), ListenerOptions.Limits.DEFAULT))
                .endpoint();
    }

    @AfterEach
    void stop() {
        shut();
        network.close();
        callbacks.shutdownNow();
    }

    private void shut() {
        sessions.forEach(ClientSession::close);
        sessions.clear();
        router.close();
        timer.shutdownNow();
        workers.shutdown();
        gate.close();
        store.close();
    }

    private ClientSession join(Identity identity) throws Exception {
        return join(Endpoint.of("ws://127.0.0.1:" + tcp.port() + "/ws"), identity);
    }

    private ClientSession join(Endpoint at, Identity identity) throws Exception {
        ClientSession session = Client.join(network.connector(at, Format.JSON, Optional.empty()), identity, callbacks)
                .get(20, TimeUnit.SECONDS);
        sessions.add(session);
        return session;
    }

    private static Identity as(String realm, String authid, SigningKey key, Object... extra) {
        Map<String, Object> authextra = new LinkedHashMap<>();
        for (int i = 0; i < extra.length; i += 2) {
            authextra.put((String) extra[i], extra[i + 1]);
        }
        return new Identity(realm, authid, null, key, Dict.of(authextra));
    }

    private JoinRefusedException refused(Identity identity) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> join(identity));
        return assertInstanceOf(JoinRefusedException.class, failure.getCause());
    }

    private String reason(Identity identity) {
        return refused(identity).reason();
    }

    private static Object call(ClientSession session, String procedure, Object... arguments) throws Exception {
        return session.call(USER + procedure, Arguments.of(arguments), Duration.ofSeconds(20))
                .get(20, TimeUnit.SECONDS)
                .list()
                .get(0);
    }

    private static String error(ClientSession session, String procedure, Object... arguments) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> call(session, procedure, arguments));
        return assertInstanceOf(ApplicationError.class, failure.getCause()).uri();
    }

    @SuppressWarnings("unchecked") // dictionaries on the wire have text keys
    private static List<Map<String, Object>> rows(Object value) {
        return (List<Map<String, Object>>) value;
    }

    /** The code that waits for the operator, as the operator sees it. */
    private String code(String email) throws Exception {
        ClientSession operator = join(door, Identity.anonymous(DOMAIN));
        return rows(call(operator, "list_activation_codes")).stream()
                .filter(row -> email.equals(row.get("authid")))
                .map(row -> (String) row.get("code"))
                .findFirst()
                .orElseThrow();
    }

    private ClientSession registered(String email, SigningKey by) throws Exception {
        assertEquals(CODE_SENT, reason(as(DOMAIN, email, by)));
        return join(as(DOMAIN, email, by, "activation_code", code(email)));
    }

    private SigningKey superuser() throws IOException {
        return KeyFiles.readSigningKey(options.data().resolve("superuser.priv"));
    }

    private long count() {
        return store.<Long>read(tx ->
                store.schema().users.count(tx) + store.schema().activationTokens.count(tx));
    }

    @Test
    void a_stranger_registers_with_a_code_and_then_logs_in_without_one() throws Exception {
        JoinRefusedException sent = refused(as(null, ALICE, key));
        assertEquals(CODE_SENT, sent.reason());
        assertTrue(String.valueOf(sent.getMessage()).contains(ALICE), sent.getMessage());
        assertEquals("fabric.auth-failed.pending-activation", reason(as(DOMAIN, ALICE, key)));
        assertEquals(
                "fabric.auth-failed.invalid-activation-code",
                reason(as(DOMAIN, ALICE, key, "activation_code", "AAAA-AAAA-AAAA")));
        ClientSession session = join(as("default", ALICE, key, "activation_code", code(ALICE)));
        assertEquals(DOMAIN, session.realm());
        assertEquals(ALICE, session.authid());
        assertEquals("user", session.authrole());
        ClientSession again = join(as(null, null, key));
        assertEquals(ALICE, again.authid());
        assertEquals(ALICE, join(as(null, "Alice@Example.org", key)).authid());
        assertEquals(NOT_PENDING, reason(as(DOMAIN, ALICE, key, "activation_code", "AAAA-AAAA-AAAA")));
    }

    @Test
    void a_new_code_is_sent_on_request() throws Exception {
        assertEquals(CODE_SENT, reason(as(DOMAIN, ALICE, key)));
        String first = code(ALICE);
        assertEquals(CODE_SENT, reason(as(DOMAIN, ALICE, key, "request_new_activation_code", true)));
        assertNotEquals(first, code(ALICE));
        assertEquals(
                ALICE,
                join(as(DOMAIN, ALICE, key, "activation_code", code(ALICE))).authid());
    }

    private JsonNode hello(Hand hand, String more) throws IOException {
        return hand.says("[1,\"" + DOMAIN
                + "\",{\"roles\":{\"caller\":{}},\"authmethods\":[\"cryptosign\"],\"authid\":\"" + ALICE
                + "\",\"authextra\":{\"pubkey\":\"" + key.publicKey().hex() + "\"" + more + "}}]");
    }

    @Test
    void who_does_not_prove_the_key_gets_the_usual_challenge_and_end_and_nothing_is_written_or_sent() throws Exception {
        long before = count();
        SigningKey other = SigningKey.generate();
        try (Hand hand = new Hand(tcp.port())) {
            JsonNode challenge = hello(hand, "");
            assertEquals(4, challenge.get(0).asInt());
            assertEquals(before, count());
            String answer =
                    Challenge.of(challenge.get(2).get("challenge").asText()).answer(other);
            JsonNode abort = hand.says("[5,\"" + answer + "\",{}]");
            assertEquals(3, abort.get(0).asInt());
            assertEquals(FAILED, abort.get(2).asText());
        }
        assertEquals(before, count());
        assertEquals(List.of(), gate.codes());
    }

    @Test
    void a_code_is_not_even_looked_at_for_who_does_not_prove_the_key() throws Exception {
        assertEquals(CODE_SENT, reason(as(DOMAIN, ALICE, key)));
        String code = code(ALICE);
        SigningKey other = SigningKey.generate();
        for (int i = 0; i < 10; i++) {
            try (Hand hand = new Hand(tcp.port())) {
                JsonNode challenge = hello(hand, ",\"activation_code\":\"" + (i == 0 ? code : "AAAA-AAAA-AAAA") + "\"");
                String answer =
                        Challenge.of(challenge.get(2).get("challenge").asText()).answer(other);
                assertEquals(
                        FAILED, hand.says("[5,\"" + answer + "\",{}]").get(2).asText());
            }
        }
        assertEquals(
                ALICE, join(as(DOMAIN, ALICE, key, "activation_code", code)).authid());
    }

    @Test
    void the_abort_after_the_proof_is_what_the_shell_expects() throws Exception {
        try (Hand hand = new Hand(tcp.port())) {
            JsonNode challenge = hello(hand, ",\"trustroot\":null,\"challenge\":null,\"channel_binding\":null");
            String answer =
                    Challenge.of(challenge.get(2).get("challenge").asText()).answer(key);
            JsonNode abort = hand.says("[5,\"" + answer + "\",{}]");
            assertEquals(3, abort.get(0).asInt());
            assertEquals(CODE_SENT, abort.get(2).asText());
            assertTrue(abort.get(1).get("message").asText().contains(ALICE), abort.toString());
        }
    }

    @Test
    void of_a_hundred_clients_that_bring_one_code_at_once_exactly_one_wins() throws Exception {
        assertEquals(CODE_SENT, reason(as(DOMAIN, ALICE, key)));
        Identity identity = as(DOMAIN, ALICE, key, "activation_code", code(ALICE));
        List<CompletableFuture<ClientSession>> all = new ArrayList<>();
        Endpoint at = Endpoint.of("ws://127.0.0.1:" + tcp.port() + "/ws");
        for (int i = 0; i < 100; i++) {
            all.add(Client.join(network.connector(at, Format.JSON, Optional.empty()), identity, callbacks));
        }
        int won = 0;
        for (CompletableFuture<ClientSession> one : all) {
            try {
                sessions.add(one.orTimeout(30, TimeUnit.SECONDS).join());
                won++;
            } catch (CompletionException lost) {
                assertEquals(
                        NOT_PENDING,
                        assertInstanceOf(JoinRefusedException.class, lost.getCause())
                                .reason());
            }
        }
        assertEquals(1, won);
        long users = store.<Long>read(tx -> store.schema()
                .users
                .all(tx)
                .filter(row -> ALICE.equals(row.row().email()))
                .count());
        assertEquals(1, users);
    }

    @Test
    void a_user_lists_and_revokes_keys_and_a_revoked_one_never_logs_in_again() throws Exception {
        SigningKey second = SigningKey.generate();
        ClientSession first = registered(ALICE, key);
        ClientSession other = registered(ALICE, second);
        assertEquals(2, rows(call(first, "list_keys")).size());
        Map<String, Object> revoked =
                dict(call(other, "revoke_key", key.publicKey().hex()));
        assertEquals(List.of(first.id()), revoked.get("killed"));
        Closed closed = first.closed().get(20, TimeUnit.SECONDS);
        assertEquals("wamp.close.auth-changed", closed.reason());
        assertEquals(FAILED, reason(as(DOMAIN, ALICE, key)));
        assertEquals(FAILED, reason(as(DOMAIN, "mallory@example.org", key)));
        assertEquals(FAILED, reason(as(DOMAIN, ALICE, key, "request_new_activation_code", true)));
        assertEquals(
                "crossbar.error.no_such_object",
                error(other, "revoke_key", key.publicKey().hex()));
        shut();
        open();
        assertEquals(FAILED, reason(as(DOMAIN, ALICE, key)));
        assertEquals(FAILED, reason(as(DOMAIN, null, key)));
        ClientSession back = join(as(DOMAIN, ALICE, second));
        List<Map<String, Object>> keys = rows(call(back, "list_keys"));
        assertEquals(2, keys.size());
        assertEquals(1, keys.stream().filter(row -> row.get("revoked") != null).count());
    }

    @SuppressWarnings("unchecked") // dictionaries on the wire have text keys
    private static Map<String, Object> dict(Object value) {
        return (Map<String, Object>) value;
    }

    @Test
    void users_see_and_revoke_their_own_keys_only_and_the_superuser_all() throws Exception {
        SigningKey bobs = SigningKey.generate();
        ClientSession alice = registered(ALICE, key);
        ClientSession bob = registered("bob@example.org", bobs);
        assertEquals("crossbar.error.no_such_object", error(bob, "list_keys", ALICE));
        assertEquals(
                "crossbar.error.no_such_object",
                error(bob, "revoke_key", key.publicKey().hex()));
        assertEquals("wamp.error.invalid_argument", error(bob, "revoke_key", "abc"));
        assertEquals("fabric.not-authorized", error(bob, "list_activation_codes"));
        ClientSession superuser = join(as(DOMAIN, null, superuser()));
        assertEquals(
                key.publicKey().hex(),
                rows(call(superuser, "list_keys", ALICE)).get(0).get("pubkey"));
        call(superuser, "revoke_key", key.publicKey().hex());
        alice.closed().get(20, TimeUnit.SECONDS);
        assertEquals("bob@example.org", rows(call(bob, "list_keys")).get(0).get("authid"));
    }

    @Test
    void an_address_of_another_domain_than_those_that_are_served_is_a_strangers() throws Exception {
        shut();
        options = options.with(new Logins(Optional.empty(), Optional.empty(), Set.of("example.org")));
        open();
        assertEquals(FAILED, reason(as(DOMAIN, "alice@example.net", key)));
        assertEquals(CODE_SENT, reason(as(DOMAIN, ALICE, key)));
    }

    @Test
    void codes_are_not_in_the_store_nor_shown_after_a_restart() throws Exception {
        assertEquals(CODE_SENT, reason(as(DOMAIN, ALICE, key)));
        String code = code(ALICE);
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        store.export(export);
        assertFalse(export.toString(StandardCharsets.UTF_8).contains(code));
        shut();
        open();
        assertEquals(List.of(), gate.codes());
        assertEquals(
                ALICE, join(as(DOMAIN, ALICE, key, "activation_code", code)).authid());
    }

    @Test
    void a_code_comes_by_mail_where_there_is_a_server_and_when_there_is_none_now_everybody_is_told_the_same()
            throws Exception {
        BlockingQueue<String> mails = new LinkedBlockingQueue<>();
        SMTPServer server = new SMTPServer.Builder()
                .bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .messageHandler((context, from, to, data) -> mails.add(new String(data, StandardCharsets.UTF_8)))
                .build();
        server.start();
        shut();
        SmtpOptions smtp = new SmtpOptions(
                "127.0.0.1",
                server.getPortAllocated(),
                SmtpOptions.Security.NONE,
                "noreply@example.org",
                Optional.empty(),
                Optional.empty());
        options = options.with(Logins.DEFAULT.mailedBy(smtp));
        open();
        assertEquals(CODE_SENT, reason(as(DOMAIN, ALICE, key)));
        Matcher code = Pattern.compile("[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}").matcher(mails.take());
        assertTrue(code.find());
        assertEquals(List.of(), gate.codes());
        assertEquals(
                ALICE,
                join(as(DOMAIN, ALICE, key, "activation_code", code.group())).authid());
        server.stop();
        JoinRefusedException known = refused(as(DOMAIN, ALICE, SigningKey.generate()));
        JoinRefusedException unknown = refused(as(DOMAIN, "bob@example.org", SigningKey.generate()));
        assertEquals("fabric.auth-failed.email-failure", known.reason());
        assertEquals(known.reason(), unknown.reason());
        assertEquals(known.getMessage(), unknown.getMessage());
    }

    @Test
    void an_administrator_of_the_machine_comes_in_by_a_socket_for_its_owner_only() throws Exception {
        Path socket = options.data().resolve("admin.sock");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        ClientSession session = join(door, Identity.anonymous(null));
        assertEquals(DOMAIN, session.realm());
        assertEquals("superuser", session.authid());
        assertEquals("user", session.authrole());
        ClientSession realm = join(door, Identity.anonymous("default"));
        assertEquals("owner", realm.authrole());
        assertEquals("wamp.error.no_matching_auth_method", reason(Identity.anonymous(DOMAIN)));
    }

    @Test
    void a_superuser_needs_no_code_and_no_authid_and_counts_as_long_as_its_file_says_so() throws Exception {
        SigningKey admin = SigningKey.generate();
        Path file = directory.resolve("admin.pub");
        KeyFiles.writePublic(
                file, admin.publicKey(), new KeyOwner.User("test", "2026-01-01T00:00:00Z", "admin@example.org"));
        shut();
        options = options.withSuperuser(file);
        open();
        ClientSession session = join(as(null, null, admin));
        assertEquals("superuser", session.authid());
        assertEquals("superuser", join(as("default", "me@example.org", admin)).authid());
        ClientSession root = join(as(DOMAIN, null, superuser()));

        SigningKey next = SigningKey.generate();
        Files.delete(file);
        assertThrows(IOException.class, () -> gate.reload(options.superusers()));
        assertEquals("superuser", join(as(null, null, admin)).authid());
        KeyFiles.writePublic(
                file, next.publicKey(), new KeyOwner.User("test", "2026-01-01T00:00:00Z", "admin@example.org"));
        gate.reload(options.superusers()).forEach(gone -> keySessions.revoked(gone.hex()));
        session.closed().get(20, TimeUnit.SECONDS);
        assertEquals(FAILED, reason(as(null, null, admin)));
        assertEquals("superuser", join(as(null, null, next)).authid());
        assertEquals(List.of(), rows(call(root, "list_activation_codes")));
    }

    @Test
    void without_a_role_a_user_gets_the_least_and_a_role_that_is_not_held_is_refused_like_a_stranger()
            throws Exception {
        registered(ALICE, key);
        store.writeAll(tx -> {
            User alice = store.schema().idxUsersByEmail.get(tx, ALICE).orElseThrow();
            store.schema()
                    .usersMrealmRoles
                    .insert(
                            tx,
                            new Pair<>(
                                    alice.oid(),
                                    store.schema()
                                            .idxMrealmsByName
                                            .key(tx, "default")
                                            .orElseThrow()),
                            new UserMrealmRole(List.of(Role.OPERATOR, Role.GUEST)));
        });
        assertEquals("guest", join(as("default", ALICE, key)).authrole());
        assertEquals(
                "operator",
                join(new Identity("default", ALICE, "operator", key, Dict.EMPTY))
                        .authrole());
        JoinRefusedException more = refused(new Identity("default", ALICE, "owner", key, Dict.EMPTY));
        JoinRefusedException nowhere = refused(new Identity("nowhere", ALICE, "owner", key, Dict.EMPTY));
        JoinRefusedException stranger =
                refused(new Identity("default", null, "owner", SigningKey.generate(), Dict.EMPTY));
        assertEquals(FAILED, more.reason());
        assertEquals(more.getMessage(), nowhere.getMessage());
        assertEquals(more.getMessage(), stranger.getMessage());
    }
}
