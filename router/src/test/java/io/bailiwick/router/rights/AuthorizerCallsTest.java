package io.bailiwick.router.rights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.rights.RealmRoles.Caching;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Pending;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Authorizer.Verdict;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Procedures that decide: what they are asked, what they may answer, and how long that is kept. */
@Conforms(Feature.DYNAMIC_AUTHORIZATION)
class AuthorizerCallsTest {
    private static final Map<String, Object> YES_KEEP = Map.of("allow", true, "cache", true);

    private final List<Values> asked = new ArrayList<>();
    private Object answer = true;
    private CompletableFuture<Values> open;
    private long now;

    private Authorizer rights(Caching caching, Rule... rules) {
        return new RealmRights(
                new RealmRoles(Map.of("user", List.of(rules), "staff", List.of(rules)), Map.of(), caching),
                (procedure, arguments) -> {
                    assertEquals("com.decide", procedure);
                    asked.add(arguments);
                    return open == null ? CompletableFuture.completedFuture(Values.of(answer)) : open;
                },
                () -> now);
    }

    private static Rule rule() {
        return new Rule("", MatchPolicy.PREFIX, java.util.Set.of(Action.values()), false).decidedBy("com.decide");
    }

    private final Authorizer rights = rights(Caching.DEFAULT, rule());

    private static SessionDetails session(long id, String authid, String authrole) {
        return new SessionDetails(
                id,
                authid,
                authrole,
                "ticket",
                "static",
                Dict.of("shelf", 7L),
                Dict.of("peer", "127.0.0.1"),
                Dict.EMPTY);
    }

    private static final SessionDetails ANNE = session(5, "anne", "user");

    private Permission calls(Authorizer of, SessionDetails session, String uri) {
        Verdict verdict = of.permits(session, Action.CALL, uri, MatchPolicy.EXACT, Dict.EMPTY);
        return verdict instanceof Pending pending
                ? pending.decision().toCompletableFuture().join()
                : (Permission) verdict;
    }

    @Test
    void it_is_asked_with_the_session_the_uri_the_action_and_the_options() {
        rights.permits(ANNE, Action.SUBSCRIBE, "a.b", MatchPolicy.PREFIX, Dict.of("get_retained", true));
        Map<String, Object> details = Map.of(
                "session", 5L,
                "authid", "anne",
                "authrole", "user",
                "authmethod", "ticket",
                "authprovider", "static",
                "authextra", Map.of("shelf", 7L),
                "transport", Map.of("peer", "127.0.0.1"));
        Map<String, Object> options = Map.of("get_retained", true, "match", "prefix");
        assertEquals(List.of(new Values(List.of(details, "a.b", "subscribe", options), Map.of())), asked);
    }

    @Test
    void a_boolean_or_a_dictionary_is_an_answer() {
        assertEquals(new Permission(true, Disclosure.ON_REQUEST, -1), calls(rights, ANNE, "a.b"));
        answer = false;
        assertEquals(Permission.DENIED, calls(rights, ANNE, "a.b"));
        answer = Map.of("allow", true, "disclose", true);
        assertEquals(new Permission(true, Disclosure.ALWAYS, -1), calls(rights, ANNE, "a.b"));
        answer = Map.of("allow", false, "disclose", true);
        assertEquals(Permission.DENIED, calls(rights, ANNE, "a.b"));
        assertEquals(4, asked.size(), "nothing is kept unless it says so");
    }

    @Test
    void anything_else_is_a_failure_and_not_a_right() {
        for (Object wrong : List.of(1L, "true", Map.of(), Map.of("allow", 1L), Map.of("allow", true, "cache", "yes"))) {
            answer = wrong;
            assertThrows(CompletionException.class, () -> calls(rights, ANNE, "a.b"), String.valueOf(wrong));
        }
    }

    @Test
    void what_the_rule_forbids_to_disclose_stays_undisclosed() {
        answer = Map.of("allow", true, "disclose", true);
        Authorizer silent = rights(Caching.DEFAULT, rule().with(Disclosure.FORBIDDEN));
        assertEquals(Disclosure.FORBIDDEN, calls(silent, ANNE, "a.b").disclosure());
    }

    @Test
    void only_what_the_rule_allows_is_asked() {
        Authorizer narrow =
                rights(Caching.DEFAULT, Rule.prefix("", Action.PUBLISH).decidedBy("com.decide"));
        assertEquals(Permission.DENIED, calls(narrow, ANNE, "a.b"));
        assertEquals(List.of(), asked);
    }

    @Test
    void an_answer_is_kept_for_authid_role_uri_action_and_match() {
        answer = YES_KEEP;
        calls(rights, ANNE, "a.b");
        assertInstanceOf(Permission.class, rights.permits(ANNE, Action.CALL, "a.b", MatchPolicy.EXACT, Dict.EMPTY));
        calls(rights, session(6, "anne", "user"), "a.b");
        assertEquals(1, asked.size());
        calls(rights, session(6, "anne", "staff"), "a.b");
        calls(rights, session(6, "bert", "user"), "a.b");
        calls(rights, ANNE, "a.c");
        rights.permits(ANNE, Action.PUBLISH, "a.b", MatchPolicy.EXACT, Dict.EMPTY);
        rights.permits(ANNE, Action.SUBSCRIBE, "a.b", MatchPolicy.EXACT, Dict.EMPTY);
        rights.permits(ANNE, Action.SUBSCRIBE, "a.b", MatchPolicy.PREFIX, Dict.EMPTY);
        assertEquals(7, asked.size());
    }

    @Test
    void an_answer_can_be_kept_for_one_session_only() {
        answer = YES_KEEP;
        Authorizer bySession = rights(new Caching(Caching.By.SESSION, 10, 1_000), rule());
        calls(bySession, ANNE, "a.b");
        calls(bySession, ANNE, "a.b");
        assertEquals(1, asked.size());
        calls(bySession, session(6, "anne", "user"), "a.b");
        assertEquals(2, asked.size());
    }

    @Test
    void a_rule_can_forbid_to_keep_answers() {
        answer = YES_KEEP;
        Rule fresh = new Rule(
                "", MatchPolicy.PREFIX, java.util.Set.of(Action.CALL), Disclosure.ON_REQUEST, -1, "com.decide", false);
        Authorizer always = rights(Caching.DEFAULT, fresh);
        calls(always, ANNE, "a.b");
        calls(always, ANNE, "a.b");
        assertEquals(2, asked.size());
    }

    @Test
    void an_answer_grows_old() {
        answer = YES_KEEP;
        calls(rights, ANNE, "a.b");
        now = 59_999;
        calls(rights, ANNE, "a.b");
        assertEquals(1, asked.size());
        now = 60_000;
        calls(rights, ANNE, "a.b");
        assertEquals(2, asked.size());
    }

    @Test
    @Conforms(Feature.LIMITS)
    void of_too_many_answers_the_one_not_needed_for_longest_goes() {
        answer = YES_KEEP;
        RealmRights small = (RealmRights) rights(new Caching(Caching.By.PRINCIPAL, 2, 1_000), rule());
        calls(small, ANNE, "a.a");
        calls(small, ANNE, "a.b");
        calls(small, ANNE, "a.a");
        calls(small, ANNE, "a.c");
        assertEquals(2, small.keptDecisions());
        calls(small, ANNE, "a.a");
        assertEquals(3, asked.size());
        calls(small, ANNE, "a.b");
        assertEquals(4, asked.size());
    }

    @Test
    void kept_answers_are_forgotten_by_authid_by_role_or_all() {
        answer = YES_KEEP;
        SessionDetails bert = session(6, "bert", "staff");
        calls(rights, ANNE, "a.b");
        calls(rights, bert, "a.b");
        rights.forget(subject -> subject.authid().equals("anne"));
        calls(rights, bert, "a.b");
        assertEquals(2, asked.size());
        calls(rights, ANNE, "a.b");
        assertEquals(3, asked.size());
        rights.forget(subject -> subject.authrole().equals("staff"));
        calls(rights, ANNE, "a.b");
        calls(rights, bert, "a.b");
        assertEquals(4, asked.size());
        rights.forget(subject -> true);
        calls(rights, ANNE, "a.b");
        assertEquals(5, asked.size());
    }

    @Test
    void an_answer_to_a_question_from_before_that_is_not_kept() {
        open = new CompletableFuture<>();
        Verdict before = rights.permits(ANNE, Action.CALL, "a.b", MatchPolicy.EXACT, Dict.EMPTY);
        rights.forget(subject -> true);
        open.complete(Values.of(YES_KEEP));
        assertEquals(
                true, ((Pending) before).decision().toCompletableFuture().join().allowed());
        rights.permits(ANNE, Action.CALL, "a.b", MatchPolicy.EXACT, Dict.EMPTY);
        assertEquals(2, asked.size());
    }

    @Test
    void who_only_looks_asks_nobody() {
        assertEquals(Permission.DENIED, rights.known(ANNE, Action.CALL, "a.b", MatchPolicy.EXACT));
        assertEquals(List.of(), asked);
        answer = YES_KEEP;
        calls(rights, ANNE, "a.b");
        assertEquals(
                true, rights.known(ANNE, Action.CALL, "a.b", MatchPolicy.EXACT).allowed());
        assertEquals(1, asked.size());
    }
}
