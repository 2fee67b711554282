package io.bailiwick.router.rights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.SessionDetails;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
        assertEquals(
                false,
                may(empty, Action.CALL, "a.b", MatchPolicy.EXACT));
        Authorizer other = rights(new RealmRoles(Map.of()));
        assertEquals(
                false,
                may(other, Action.CALL, "a.b", MatchPolicy.EXACT));
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
        assertEquals(
                true,
                may(one, Action.SUBSCRIBE, "a.b", MatchPolicy.EXACT));
        assertEquals(
                false,
                may(one, Action.SUBSCRIBE, "a.b", MatchPolicy.PREFIX));
        assertEquals(
                true,
                may(one, Action.SUBSCRIBE, "c..d", MatchPolicy.WILDCARD));
        assertEquals(
                false,
                may(one, Action.SUBSCRIBE, "c.x.d", MatchPolicy.PREFIX));
    }

    @Test
    void anExactRuleBeatsAPrefixAndAPrefixBeatsAWildcard() {
        assertEquals(false, may(Action.PUBLISH, "com.x.open", MatchPolicy.EXACT), "the empty prefix covers it too");
        assertEquals(true, may(Action.PUBLISH, "com.ours.n1.any", MatchPolicy.EXACT));
    }
}
