package io.bailiwick.router.rights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.SessionDetails;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the rules of a role allow. */
@Conforms(Feature.STATIC_AUTHORIZATION)
class RealmRightsTest {
    private static final SessionDetails NODE =
            new SessionDetails(1, "n1", "node", "cryptosign", "dynamic", Dict.EMPTY, Dict.EMPTY, Dict.EMPTY);
    private static final Authorizer AUTHORIZER = rights(new RealmRoles(Map.of(
            "node",
            List.of(
                    Rule.prefix("", Action.CALL, Action.SUBSCRIBE, Action.REGISTER),
                    Rule.prefix("com.ours.", Action.CALL),
                    Rule.prefix("com.ours.{authid}.", Action.CALL, Action.REGISTER, Action.PUBLISH),
                    Rule.exact("com.ours.n1.secret"),
                    new Rule("com..open", MatchPolicy.WILDCARD, Set.of(Action.PUBLISH), true)))));

    private static Authorizer rights(RealmRoles roles) {
        return new RealmRights(
                roles,
                (procedure, arguments) -> {
                    throw new AssertionError("nobody is asked");
                },
                () -> 0);
    }

    private static boolean may(Action action, String uri, MatchPolicy match) {
        return may(AUTHORIZER, action, uri, match);
    }

    private static boolean may(Authorizer rights, Action action, String uri, MatchPolicy match) {
        return rights.known(NODE, action, uri, match).allowed();
    }

    @Test
    void theMostSpecificRuleDecides() {
        assertEquals(true, may(Action.REGISTER, "org.any", MatchPolicy.EXACT));
        assertEquals(false, may(Action.REGISTER, "com.ours.any", MatchPolicy.EXACT));
        assertEquals(true, may(Action.REGISTER, "com.ours.n1.any", MatchPolicy.EXACT));
        assertEquals(false, may(Action.REGISTER, "com.ours.n1.secret", MatchPolicy.EXACT));
        assertEquals(false, may(Action.REGISTER, "com.ours.n2.any", MatchPolicy.EXACT));
    }

    @Test
    void aRoleOrUriWithoutRuleHasNoRights() {
        Authorizer empty = rights(new RealmRoles(Map.of("node", List.of())));
        assertEquals(false, may(empty, Action.CALL, "a.b", MatchPolicy.EXACT));
        Authorizer other = rights(new RealmRoles(Map.of()));
        assertEquals(false, may(other, Action.CALL, "a.b", MatchPolicy.EXACT));
    }

    @Test
    void aPatternMayNotReachAroundARuleThatDenies() {
        assertEquals(false, may(Action.REGISTER, "com.", MatchPolicy.PREFIX), "covers com.ours.");
        assertEquals(false, may(Action.REGISTER, "", MatchPolicy.PREFIX), "covers com.ours.");
        assertEquals(false, may(Action.REGISTER, ".ours.x", MatchPolicy.WILDCARD), "matches com.ours.x");
        assertEquals(false, may(Action.REGISTER, "com.ours.n1.", MatchPolicy.PREFIX), "covers com.ours.n1.secret");
        assertEquals(true, may(Action.REGISTER, "org.", MatchPolicy.PREFIX));
        assertEquals(true, may(Action.REGISTER, "org..x", MatchPolicy.WILDCARD));
    }

    @Test
    void aRightToOneUriIsNoRightToItsPrefix() {
        Authorizer one = rights(new RealmRoles(Map.of(
                "node",
                List.of(
                        Rule.exact("a.b", Action.SUBSCRIBE),
                        new Rule("c..d", MatchPolicy.WILDCARD, Set.of(Action.SUBSCRIBE), true)))));
        assertEquals(true, may(one, Action.SUBSCRIBE, "a.b", MatchPolicy.EXACT));
        assertEquals(false, may(one, Action.SUBSCRIBE, "a.b", MatchPolicy.PREFIX));
        assertEquals(true, may(one, Action.SUBSCRIBE, "c..d", MatchPolicy.WILDCARD));
        assertEquals(false, may(one, Action.SUBSCRIBE, "c.x.d", MatchPolicy.PREFIX));
    }

    @Test
    void anExactRuleBeatsAPrefixAndAPrefixBeatsAWildcard() {
        assertEquals(false, may(Action.PUBLISH, "com.x.open", MatchPolicy.EXACT), "the empty prefix covers it too");
        assertEquals(true, may(Action.PUBLISH, "com.ours.n1.any", MatchPolicy.EXACT));
    }

    private static SessionDetails session(long id, String authid) {
        return new SessionDetails(id, authid, "node", "cryptosign", "dynamic", Dict.EMPTY, Dict.EMPTY, Dict.EMPTY);
    }

    private static Authorizer node(Rule... rules) {
        return rights(new RealmRoles(Map.of("node", List.of(rules))));
    }

    @Test
    void placeholders_stand_for_authid_authrole_and_session() {
        Authorizer rights = node(Rule.exact("com.{authrole}.{authid}.{session}.x", Action.CALL));
        assertEquals(true, may(rights, Action.CALL, "com.node.n1.1.x", MatchPolicy.EXACT));
        assertEquals(false, may(rights, Action.CALL, "com.node.n1.2.x", MatchPolicy.EXACT));
        assertEquals(false, may(rights, Action.CALL, "com.{authrole}.{authid}.{session}.x", MatchPolicy.EXACT));
    }

    @Test
    void a_value_that_is_not_one_component_takes_no_names_of_others() {
        Authorizer rights = node(Rule.prefix("com.{authid}.", Action.REGISTER));
        for (String authid : List.of("n1.sub", "", "a b", "#", "{session}")) {
            String uri = "com." + authid + ".x";
            assertEquals(
                    Authorizer.Permission.DENIED,
                    rights.permits(session(1, authid), Action.REGISTER, uri, MatchPolicy.EXACT),
                    authid);
        }
    }

    @Test
    void a_prefix_that_ends_in_a_placeholder_is_no_rule() {
        assertThrows(IllegalArgumentException.class, () -> Rule.prefix("com.{authid}", Action.CALL));
        assertThrows(IllegalArgumentException.class, () -> Rule.prefix("com.{authid}-x", Action.CALL));
        assertEquals(true, Rule.prefix("com.{authid}.", Action.CALL).allow().contains(Action.CALL));
    }

    @Test
    void a_rule_says_what_is_disclosed_and_how_far_is_trusted() {
        Rule rule = new Rule(
                "a.", MatchPolicy.PREFIX, Set.of(Action.CALL), Authorizer.Disclosure.FORBIDDEN, 3, null, false);
        assertEquals(
                new Authorizer.Permission(true, Authorizer.Disclosure.FORBIDDEN, 3),
                node(rule).permits(NODE, Action.CALL, "a.b", MatchPolicy.EXACT));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Rule("a", MatchPolicy.EXACT, Set.of(), Authorizer.Disclosure.ALWAYS, -2, null, false));
    }

    @Test
    void a_pattern_is_not_denied_by_a_rule_above_the_one_that_covers_it() {
        Authorizer rights = node(Rule.prefix("com.", Action.CALL), Rule.prefix("com.open.", Action.REGISTER));
        assertEquals(true, may(rights, Action.REGISTER, "com.open.x.", MatchPolicy.PREFIX));
        assertEquals(false, may(rights, Action.REGISTER, "com.ope", MatchPolicy.PREFIX));
    }

    @Test
    void what_is_below_a_pattern_is_not_decided_by_somebody_else() {
        Rule asked = Rule.prefix("com.asked.", Action.SUBSCRIBE).decidedBy("decide.subscribe");
        Authorizer rights = node(Rule.prefix("com.", Action.SUBSCRIBE), asked);
        assertEquals(false, may(rights, Action.SUBSCRIBE, "com.", MatchPolicy.PREFIX));
        assertEquals(false, may(rights, Action.SUBSCRIBE, "com..x", MatchPolicy.WILDCARD));
        assertEquals(true, may(rights, Action.SUBSCRIBE, "com.free.", MatchPolicy.PREFIX));
    }

    @Test
    void a_procedure_that_decides_is_registered_only_where_a_rule_names_it() {
        Rule asked = Rule.prefix("com.asked.", Action.CALL).decidedBy("com.decide");
        Authorizer rights = node(Rule.prefix("com.", Action.REGISTER), asked);
        assertEquals(false, may(rights, Action.REGISTER, "com.decide", MatchPolicy.EXACT));
        assertEquals(false, may(rights, Action.REGISTER, "com.d", MatchPolicy.PREFIX));
        assertEquals(false, may(rights, Action.REGISTER, "com.", MatchPolicy.WILDCARD));
        assertEquals(true, may(rights, Action.REGISTER, "com.other", MatchPolicy.EXACT));
        Authorizer owner = node(Rule.exact("com.decide", Action.REGISTER), asked);
        assertEquals(true, may(owner, Action.REGISTER, "com.decide", MatchPolicy.EXACT));
    }

    // ---- the index against the rules read one by one

    private static final List<String> PARTS = List.of("a", "b", "ab", "");

    private static String uri(Random random, boolean gaps) {
        int parts = 1 + random.nextInt(4);
        return IntStream.range(0, parts)
                .mapToObj(i -> PARTS.get(random.nextInt(gaps ? 4 : 3)))
                .collect(Collectors.joining("."));
    }

    private static Rule rule(Random random) {
        MatchPolicy match = List.of(MatchPolicy.values()).get(random.nextInt(3));
        String uri = uri(random, match == MatchPolicy.WILDCARD);
        Set<Action> allow = random.nextBoolean() ? Set.of(Action.SUBSCRIBE) : Set.of();
        return new Rule(uri, match, allow, true);
    }

    /** Every URI of up to four parts that the tests can think of. */
    private static List<String> allUris() {
        List<String> all = new ArrayList<>(List.of("a", "b", "ab", "aba"));
        for (int from = 0, length = 1; length < 4; length++) {
            int end = all.size();
            for (int i = from; i < end; i++) {
                for (String part : List.of("a", "b", "ab", "aba")) {
                    all.add(all.get(i) + "." + part);
                }
            }
            from = end;
        }
        return all;
    }

    @Test
    void a_pattern_that_is_allowed_reaches_no_uri_that_is_not() {
        Random random = new Random(7);
        List<String> uris = allUris();
        int allowed = 0;
        for (int round = 0; round < 2_000; round++) {
            Rule[] rules = Stream.generate(() -> rule(random))
                    .limit(1 + random.nextInt(5))
                    .toArray(Rule[]::new);
            Authorizer rights = node(rules).forSession(NODE);
            MatchPolicy match = random.nextBoolean() ? MatchPolicy.PREFIX : MatchPolicy.WILDCARD;
            String pattern = uri(random, match == MatchPolicy.WILDCARD);
            if (!may(rights, Action.SUBSCRIBE, pattern, match)) {
                continue;
            }
            allowed++;
            for (String uri : uris) {
                if (Patterns.overlap(match, pattern, MatchPolicy.EXACT, uri)) {
                    assertEquals(
                            true,
                            may(rights, Action.SUBSCRIBE, uri, MatchPolicy.EXACT),
                            () -> match + " " + pattern + " reaches " + uri + " by " + List.of(rules));
                }
            }
        }
        assertTrue(allowed > 100, "enough patterns were allowed to mean something: " + allowed);
    }

    @Test
    void a_prefix_that_ends_inside_a_component_decides_whatever_a_wildcard_allows() {
        Authorizer rights = node(
                Rule.prefix("com.adm"),
                new Rule("com..x", MatchPolicy.WILDCARD, Set.of(Action.CALL, Action.REGISTER), true));
        assertEquals(false, may(rights, Action.CALL, "com.admin.x", MatchPolicy.EXACT));
        assertEquals(false, may(rights, Action.CALL, "com.adm.x", MatchPolicy.EXACT));
        assertEquals(true, may(rights, Action.CALL, "com.other.x", MatchPolicy.EXACT));
        assertEquals(false, may(rights, Action.REGISTER, "com..x", MatchPolicy.WILDCARD), "matches com.admin.x");
    }

    @Test
    void the_responsible_rule_is_exact_else_the_longest_prefix_else_a_wildcard() {
        Random random = new Random(11);
        for (int round = 0; round < 5_000; round++) {
            List<Rule> rules = Stream.generate(() -> rule(random)).limit(6).toList();
            String uri = uri(random, false);
            Grant found = new RuleIndex(rules).responsible(MatchPolicy.EXACT, uri);
            List<Rule> matching = rules.stream()
                    .filter(rule -> Patterns.overlap(MatchPolicy.EXACT, uri, rule.match(), rule.uri()))
                    .toList();
            assertEquals(matching.isEmpty(), found == null);
            for (Rule other : matching) {
                assertEquals(false, new Grant(other).isMoreSpecificThan(found), () -> uri + " of " + rules);
            }
        }
    }

    @Test
    void twenty_thousand_rules_cost_what_the_uri_is_long() {
        Rule[] rules = IntStream.range(0, 20_000)
                .mapToObj(i -> Rule.prefix("com.example.p" + i + ".", Action.CALL, Action.SUBSCRIBE))
                .toArray(Rule[]::new);
        Authorizer rights = node(rules).forSession(NODE);
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 20_000; i++) {
                assertEquals(true, may(rights, Action.CALL, "com.example.p" + i + ".x", MatchPolicy.EXACT));
                assertEquals(true, may(rights, Action.SUBSCRIBE, "com.example.p" + i + ".x", MatchPolicy.PREFIX));
            }
        });
    }
}
