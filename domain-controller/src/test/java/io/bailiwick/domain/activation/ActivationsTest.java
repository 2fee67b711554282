package io.bailiwick.domain.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.activation.Activations.Entered;
import io.bailiwick.domain.activation.Activations.Limits;
import io.bailiwick.domain.activation.Activations.Outcome;
import io.bailiwick.domain.activation.Activations.Refused;
import io.bailiwick.domain.activation.Activations.Request;
import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.schema.ActivationToken;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.domain.testing.MovableClock;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.audit.AuditRecord;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.link.TokenBuckets.Rate;
import io.bailiwick.router.store.Table.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of codes and keys, over a real store. */
class ActivationsTest {
    private static final String ALICE = "alice@example.org";

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock();
    private final PublicKey key = key();
    private Population population;
    private UserKeys keys;
    private OperatorCodes codes;
    private Activations activations;

    @BeforeEach
    void open() {
        population = new Population(directory);
        keys = new UserKeys(population.schema());
        codes = new OperatorCodes(clock);
        activations = activations(codes, Limits.DEFAULT);
    }

    @AfterEach
    void close() {
        population.close();
    }

    private Activations activations(CodeDelivery delivery, Limits limits) {
        return new Activations(population.store, keys, delivery, limits, clock);
    }

    private static PublicKey key() {
        return SigningKey.generate().publicKey();
    }

    private Outcome enter(String email, PublicKey by, String code, boolean fresh) {
        return enter(activations, email, by, code, fresh);
    }

    private static Outcome enter(Activations at, String email, PublicKey by, String code, boolean fresh) {
        return at.enter(new Request(MailAddress.of(email).orElseThrow(), by, code, fresh, "192.0.2.1"))
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static String reason(Outcome outcome) {
        return assertInstanceOf(Refused.class, outcome).reason();
    }

    private String code() {
        List<Letter> waiting = codes.waiting();
        return waiting.get(waiting.size() - 1).code();
    }

    private List<ActivationToken> tokens() {
        return population.store.read(
                tx -> population.schema().activationTokens.all(tx).map(Row::row).toList());
    }

    @Test
    void codes_are_three_groups_of_four_without_lookalikes_and_never_the_same() {
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            String code = ActivationCode.draw();
            assertTrue(code.matches("([34679A-HJ-NP-RT-Y]{4}-){2}[34679A-HJ-NP-RT-Y]{4}"), code);
            assertTrue(drawn.add(code));
        }
        long letters = drawn.stream()
                .flatMapToInt(String::chars)
                .filter(letter -> letter != '-')
                .distinct()
                .count();
        assertTrue(12 * Math.log((double) letters) / Math.log(2) >= 57, letters + " letters are used");
    }

    @Test
    void the_store_has_the_hash_of_a_code_and_never_the_code() {
        assertEquals(Activations.CODE_SENT, reason(enter(ALICE, key, null, false)));
        ActivationToken token = tokens().get(0);
        assertTrue(token.codeHash().startsWith("$sha256$"), token.codeHash());
        assertFalse(token.toString().contains(code()));
        assertFalse(codes.waiting().get(0).toString().contains(code()));
    }

    @Test
    void who_registers_and_who_has_another_key_is_recorded_with_the_key_and_never_with_the_code() {
        PublicKey second = key();
        for (PublicKey each : List.of(key, second)) {
            enter(ALICE, each, null, false);
            String code = code();
            assertInstanceOf(Entered.class, enter(ALICE, each, code, false));
            AuditRecord record = newestRecord();
            assertEquals(each.equals(key) ? DomainAudit.REGISTERED : DomainAudit.KEY_ADDED, record.action());
            assertEquals(ALICE, record.actor("authid"));
            assertEquals(each.hex(), record.actor("pubkey"));
            assertEquals("192.0.2.1", record.actor("address"));
            assertFalse(record.text().contains(code), record.text());
        }
    }

    private AuditRecord newestRecord() {
        return population
                .store
                .read(tx -> DomainAudit.of(population.schema(), clock).list(tx, record -> true, 0, false, 1))
                .records()
                .get(0);
    }

    @Test
    void the_right_code_makes_a_user_with_this_key_and_is_spent() {
        enter(ALICE, key, null, false);
        String code = code();
        User user =
                assertInstanceOf(Entered.class, enter(ALICE, key, code, false)).user();
        assertEquals(ALICE, user.email());
        assertEquals(List.of(), tokens());
        assertEquals(List.of(), codes.waiting());
        assertEquals(
                user.oid(),
                population.store.read(tx -> keys.owner(tx, key).orElseThrow()).oid());
        assertEquals(Activations.NOT_PENDING, reason(enter(ALICE, key, code, false)));
    }

    @Test
    void a_code_may_be_typed_in_small_letters_with_blanks_around_it() {
        enter(ALICE, key, null, false);
        assertInstanceOf(Entered.class, enter(ALICE, key, " " + code().toLowerCase(Locale.ROOT) + "\n", false));
    }

    @Test
    void a_known_user_gets_another_key_and_keeps_the_first() {
        PublicKey first = key();
        User alice = population.user(ALICE, first);
        assertEquals(Activations.CODE_SENT, reason(enter(ALICE, key, null, false)));
        assertEquals(ActivationToken.Type.LOGIN, codes.waiting().get(0).type());
        Entered entered = assertInstanceOf(Entered.class, enter(ALICE, key, code(), false));
        assertEquals(alice.oid(), entered.user().oid());
        assertEquals(
                Set.of(first.hex(), key.hex()),
                new HashSet<>(population.store.read(tx -> keys.of(tx, alice.oid())).stream()
                        .map(UserKey::pubkey)
                        .toList()));
    }

    @Test
    void known_and_unknown_addresses_get_the_same_answers() {
        population.user("known@example.org", key());
        for (String[] step : new String[][] {{null, "no"}, {null, "no"}, {"AAAA-AAAA-AAAA", "no"}, {null, "yes"}}) {
            Refused known = (Refused) enter("known@example.org", key, step[0], step[1].equals("yes"));
            PublicKey other = otherKey;
            Refused unknown = (Refused) enter("other@example.org", other, step[0], step[1].equals("yes"));
            assertEquals(known.reason(), unknown.reason());
            assertEquals(
                    known.message().replace("known@", "X@"), unknown.message().replace("other@", "X@"));
        }
    }

    private final PublicKey otherKey = key();

    @Test
    void after_five_wrong_tries_the_right_code_is_void() {
        enter(ALICE, key, null, false);
        String right = code();
        for (int i = 0; i < 5; i++) {
            assertEquals(Activations.INVALID_CODE, reason(enter(ALICE, key, "AAAA-AAAA-AAAA", false)));
        }
        assertEquals(Activations.NOT_PENDING, reason(enter(ALICE, key, right, false)));
        assertEquals(List.of(), codes.waiting());
    }

    @Test
    void four_wrong_tries_do_no_harm() {
        enter(ALICE, key, null, false);
        for (int i = 0; i < 4; i++) {
            enter(ALICE, key, i % 2 == 0 ? "" : "x".repeat(100_000), false);
        }
        assertInstanceOf(Entered.class, enter(ALICE, key, code(), false));
    }

    @Test
    void a_code_is_good_for_fifteen_minutes() {
        enter(ALICE, key, null, false);
        String code = code();
        clock.move(Duration.ofMinutes(15).minusSeconds(1));
        assertEquals(Activations.PENDING, reason(enter(ALICE, key, null, false)));
        clock.move(Duration.ofSeconds(1));
        assertEquals(Activations.NOT_PENDING, reason(enter(ALICE, key, code, false)));
        assertEquals(Activations.CODE_SENT, reason(enter(ALICE, key, null, false)));
    }

    @Test
    void a_clock_that_is_set_back_keeps_no_code_good_for_longer() {
        enter(ALICE, key, null, false);
        String code = code();
        clock.move(Duration.ofMinutes(-5));
        assertEquals(Activations.PENDING, reason(enter(ALICE, key, null, false)));
        clock.move(Duration.ofHours(-1));
        assertEquals(Activations.NOT_PENDING, reason(enter(ALICE, key, code, false)));
        assertEquals(Activations.CODE_SENT, reason(enter(ALICE, key, null, false)), "another one is to be had at once");
    }

    @Test
    void a_new_code_takes_the_place_of_the_one_before() {
        enter(ALICE, key, null, false);
        String first = code();
        assertEquals(Activations.CODE_SENT, reason(enter(ALICE, key, null, true)));
        assertEquals(1, tokens().size());
        assertEquals(Activations.INVALID_CODE, reason(enter(ALICE, key, first, false)));
        assertInstanceOf(Entered.class, enter(ALICE, key, code(), false));
    }

    @Test
    void a_code_is_good_for_the_key_that_asked_for_it_only() {
        enter(ALICE, key, null, false);
        String code = code();
        PublicKey thief = key();
        assertEquals(Activations.NOT_PENDING, reason(enter(ALICE, thief, code, false)));
        enter(ALICE, thief, null, false);
        assertEquals(Activations.INVALID_CODE, reason(enter(ALICE, thief, code, false)));
        assertInstanceOf(Entered.class, enter(ALICE, key, code, false));
    }

    @Test
    void codes_for_an_address_are_bounded_whoever_asks_for_them() {
        for (int i = 0; i < 5; i++) {
            assertEquals(Activations.CODE_SENT, reason(enter(ALICE, key(), null, false)));
        }
        assertEquals("wamp.error.authentication_denied", reason(enter(ALICE, key(), null, false)));
        assertEquals("wamp.error.authentication_denied", reason(enter("ALICE@example.org", key(), null, false)));
        assertEquals(Activations.CODE_SENT, reason(enter("bob@example.org", key(), null, false)));
        clock.move(Duration.ofMinutes(12));
        assertEquals(Activations.CODE_SENT, reason(enter(ALICE, key(), null, false)));
        assertEquals("wamp.error.authentication_denied", reason(enter(ALICE, key(), null, false)));
    }

    @Test
    void codes_for_one_network_and_in_all_are_bounded() {
        Rate once = new Rate(2, Duration.ofHours(1));
        Rate many = new Rate(1_000, Duration.ofMillis(1));
        Activations network = activations(codes, new Limits(Duration.ofMinutes(15), 5, many, once, 100, Set.of()));
        Activations all = activations(codes, new Limits(Duration.ofMinutes(15), 5, many, many, 4, Set.of()));
        for (Activations bounded : List.of(network, all)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(Activations.CODE_SENT, reason(enter(bounded, i + "@example.org", key(), null, false)));
            }
        }
        assertEquals("wamp.error.authentication_denied", reason(enter(network, ALICE, key(), null, false)));
        assertEquals("wamp.error.authentication_denied", reason(enter(all, ALICE, key(), null, false)));
        assertEquals(4, tokens().size());
    }

    @Test
    void codes_may_be_for_addresses_of_some_domains_only() {
        Activations bounded = activations(codes, Limits.DEFAULT.within(Set.of("example.org")));
        assertTrue(bounded.serves(MailAddress.of("Joe@Example.ORG").orElseThrow()));
        for (String other : List.of("joe@example.org.evil.net", "joe@evil-example.org", "joe@sub.example.org")) {
            assertFalse(bounded.serves(MailAddress.of(other).orElseThrow()), other);
        }
        assertTrue(activations.serves(MailAddress.of("joe@anywhere.net").orElseThrow()));
    }

    @Test
    void codes_that_are_over_are_removed() {
        enter(ALICE, key, null, false);
        clock.move(Duration.ofMinutes(10));
        enter("bob@example.org", key(), null, false);
        assertEquals(0, activations.clean().join());
        clock.move(Duration.ofMinutes(5));
        assertEquals(1, activations.clean().join());
        assertEquals(
                List.of("bob@example.org"),
                tokens().stream().map(ActivationToken::email).toList());
        assertEquals(1, codes.waiting().size());
    }

    @Test
    void a_code_that_could_not_be_delivered_is_told_to_everybody_in_the_same_words_and_is_not_pending() {
        population.user("known@example.org", key());
        CodeDelivery broken = new CodeDelivery() {
            @Override
            public CompletionStage<Void> deliver(Letter letter) {
                return CompletableFuture.failedFuture(new IOException("no route"));
            }

            @Override
            public String told(String email) {
                return "";
            }
        };
        Activations failing = activations(broken, Limits.DEFAULT);
        Outcome known = enter(failing, "known@example.org", key, null, false);
        Outcome unknown = enter(failing, "other@example.org", key, null, false);
        assertEquals(Activations.EMAIL_FAILURE, reason(known));
        assertEquals(known, unknown);
        assertEquals(List.of(), tokens());
    }

    @Test
    void of_a_hundred_who_bring_one_code_at_once_exactly_one_wins() {
        enter(ALICE, key, null, false);
        Request request = new Request(MailAddress.of(ALICE).orElseThrow(), key, code(), false, "192.0.2.1");
        List<CompletableFuture<Outcome>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(CompletableFuture.supplyAsync(() -> activations.enter(request))
                    .thenCompose(outcome -> outcome));
        }
        List<Outcome> outcomes = all.stream().map(CompletableFuture::join).toList();
        assertEquals(1, outcomes.stream().filter(Entered.class::isInstance).count());
        assertEquals(
                99,
                outcomes.stream()
                        .filter(outcome -> outcome instanceof Refused refused
                                && refused.reason().equals(Activations.NOT_PENDING))
                        .count());
    }

    @Test
    void of_a_hundred_keys_that_register_one_address_at_once_as_many_as_a_user_may_have_become_one_users() {
        Limits defaults = Limits.DEFAULT;
        Rate plenty = new Rate(1_000, Duration.ofMinutes(1));
        Activations generous = activations(
                codes,
                new Limits(defaults.validity(), defaults.tries(), plenty, plenty, defaults.mostPending(), Set.of()));
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            PublicKey each = key();
            enter(generous, ALICE, each, null, false);
            requests.add(new Request(MailAddress.of(ALICE).orElseThrow(), each, code(), false, "192.0.2.1"));
        }
        List<CompletableFuture<Outcome>> all = requests.stream()
                .map(request -> CompletableFuture.supplyAsync(() -> generous.enter(request))
                        .thenCompose(outcome -> outcome))
                .toList();
        Set<User> users = new HashSet<>();
        int entered = 0;
        for (CompletableFuture<Outcome> each : all) {
            entered += each.join() instanceof Entered ? 1 : 0;
        }
        population.store.<Boolean>read(tx ->
                users.addAll(population.schema().users.all(tx).map(Row::row).toList()));
        users.remove(population.superuser);
        assertEquals(1, users.size(), users.toString());
        assertEquals(UserKeys.MOST, entered);
    }

    @Test
    void a_revoked_key_never_comes_back_and_the_next_one_is_shown() {
        User alice = population.user(ALICE, key);
        enter(ALICE, otherKey, null, false);
        enter(ALICE, otherKey, code(), false);
        population.store.writeAll(tx -> keys.revoke(tx, key.hex(), 7));
        assertTrue(keys.anyRevoked(Set.of(UserKeys.mark(key.hex()))));
        assertFalse(keys.anyRevoked(Set.of(UserKeys.mark(otherKey.hex()))));
        assertTrue(population.store.read(tx -> keys.owner(tx, key)).isEmpty());
        assertEquals(Activations.NOT_PENDING, reason(enter(ALICE, key, null, true)));
        assertEquals(Activations.NOT_PENDING, reason(enter("mallory@example.org", key, null, false)));
        assertEquals(
                otherKey.hex(),
                population
                        .store
                        .read(tx ->
                                population.schema().users.get(tx, alice.oid()).orElseThrow())
                        .pubkey());
    }

    @Test
    void keys_of_users_from_before_there_was_a_table_of_them_are_brought_into_it_once() {
        User old = new User(UUID.randomUUID(), null, null, null, "old@example.org", 17, key.hex());
        population.store.writeAll(tx -> population.schema().users.insert(tx, old.oid(), old));
        assertTrue(population.store.read(tx -> keys.owner(tx, key)).isEmpty());
        population.store.writeAll(keys::migrate);
        assertEquals(old, population.store.read(tx -> keys.owner(tx, key)).orElseThrow());
        assertEquals(
                List.of(new UserKey(key.hex(), old.oid(), 17, null)),
                population.store.read(tx -> keys.of(tx, old.oid())));
        population.store.writeAll(tx -> keys.revoke(tx, key.hex(), 18));
        population.store.writeAll(keys::migrate);
        assertTrue(population.store.read(tx -> keys.owner(tx, key)).isEmpty());
    }

    @Test
    void a_user_has_a_bounded_number_of_keys() {
        User alice = population.user(ALICE, key());
        population.store.writeAll(tx -> {
            for (int i = 1; i < UserKeys.MOST; i++) {
                keys.add(tx, alice.oid(), key(), 1);
            }
        });
        enter(ALICE, key, null, false);
        assertEquals("wamp.error.authentication_denied", reason(enter(ALICE, key, code(), false)));
        population.store.writeAll(tx -> keys.revoke(tx, alice.pubkey(), 2));
        assertInstanceOf(Entered.class, enter(ALICE, key, code(), false));
    }

    @Test
    void what_is_no_mail_address_is_none() {
        for (String text : List.of(
                "superuser",
                "",
                "@",
                "a@",
                "@b",
                "a b@c",
                "a@b\r\nBcc: x@y",
                "a@b@c",
                "a..b@c",
                "a@-b",
                "a@b..c",
                "ä@b.c")) {
            assertTrue(MailAddress.of(text).isEmpty(), text);
        }
        assertTrue(MailAddress.of("a".repeat(65) + "@b").isEmpty());
        assertTrue(MailAddress.of("a@" + "b.".repeat(150) + "c").isEmpty());
        assertEquals(
                "joe.x+y@ex-ample.org",
                MailAddress.of("Joe.X+y@Ex-ample.ORG").orElseThrow().text());
        assertEquals(
                "root@localhost", MailAddress.of("root@localhost").orElseThrow().text());
    }
}
