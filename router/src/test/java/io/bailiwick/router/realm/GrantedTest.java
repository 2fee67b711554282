package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GrantedTest {
    private static final String PROCEDURE = "com.example.procedure";
    private static final String TOPIC = "com.example.topic";

    /** Rights that say whether their answers may be kept, and what they were asked. */
    private static final class CountedRights implements Authorizer {
        private final Permission answer;
        private final boolean lasting;
        private final List<String> asked = new ArrayList<>();

        CountedRights(Permission answer, boolean lasting) {
            this.answer = answer;
            this.lasting = lasting;
        }

        @Override
        public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match) {
            asked.add(action + " " + uri);
            return answer;
        }

        @Override
        public @Nullable Permission settled(SessionDetails session, Action action, String uri, MatchPolicy match) {
            if (!lasting) {
                return null;
            }
            asked.add(action + " " + uri);
            return answer;
        }
    }

    private static void callsAndPublishes(TestPeer peer, long first) {
        peer.sends(new Call(first, Dict.EMPTY, PROCEDURE, Payload.EMPTY));
        peer.receivesError(Call.CODE, first, Uris.NO_SUCH_PROCEDURE);
        peer.sends(new Publish(first + 1, Dict.EMPTY, TOPIC, Payload.EMPTY));
    }

    @Test
    void what_a_rule_has_allowed_is_not_asked_again() {
        CountedRights rights = new CountedRights(Authorizer.Permission.ALLOWED, true);
        TestPeer peer = new Scenario(rights).joins("peer");
        callsAndPublishes(peer, 1);
        callsAndPublishes(peer, 3);
        assertEquals(List.of("CALL " + PROCEDURE, "PUBLISH " + TOPIC), rights.asked);
    }

    @Test
    void what_was_allowed_to_call_is_not_allowed_to_publish_by_that() {
        CountedRights rights = new CountedRights(Authorizer.Permission.ALLOWED, true);
        TestPeer peer = new Scenario(rights).joins("peer");
        peer.sends(new Publish(1, Dict.EMPTY, PROCEDURE, Payload.EMPTY));
        peer.sends(new Call(2, Dict.EMPTY, PROCEDURE, Payload.EMPTY));
        assertEquals(List.of("PUBLISH " + PROCEDURE, "CALL " + PROCEDURE), rights.asked);
    }

    @Test
    void what_may_be_decided_otherwise_is_asked_each_time() {
        CountedRights rights = new CountedRights(Authorizer.Permission.ALLOWED, false);
        TestPeer peer = new Scenario(rights).joins("peer");
        callsAndPublishes(peer, 1);
        callsAndPublishes(peer, 3);
        assertEquals(4, rights.asked.size());
    }

    @Test
    void other_rights_hold_at_once_whatever_was_allowed_before() {
        Scenario scenario = new Scenario(new CountedRights(Authorizer.Permission.ALLOWED, true));
        TestPeer peer = scenario.joins("peer");
        callsAndPublishes(peer, 1);
        scenario.realm()
                .change(
                        new CountedRights(Authorizer.Permission.DENIED, true),
                        new Goodbye(Dict.EMPTY, Uris.AUTH_CHANGED),
                        ended -> {});
        peer.calls(3, PROCEDURE);
        peer.receivesError(Call.CODE, 3, Uris.NOT_AUTHORIZED);
        peer.sends(new Publish(4, Dict.of("acknowledge", true), TOPIC, Payload.EMPTY));
        peer.receivesError(Publish.CODE, 4, Uris.NOT_AUTHORIZED);
    }

    @Test
    void who_must_never_be_made_known_is_refused_each_time_that_it_asks_for_it() {
        Authorizer.Permission never =
                new Authorizer.Permission(true, Authorizer.Disclosure.FORBIDDEN, Authorizer.Permission.NO_TRUSTLEVEL);
        TestPeer peer = new Scenario(new CountedRights(never, true)).joins("peer");
        peer.calls(1, PROCEDURE);
        peer.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
        peer.sends(new Call(2, Dict.of("disclose_me", true), PROCEDURE, Payload.EMPTY));
        peer.receivesError(Call.CODE, 2, Uris.DISCLOSE_ME_DISALLOWED);
    }

    @Test
    void a_bounded_number_is_kept_and_none_is_taken_for_another() {
        List<Authorizer.Permission> permissions = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            permissions.add(new Authorizer.Permission(true, Authorizer.Disclosure.ALWAYS, i));
        }
        Granted granted = new Granted("com.example.0", permissions.get(0));
        for (int i = 1; i < 1_000; i++) {
            granted.keep("com.example." + i, permissions.get(i));
        }
        int kept = 0;
        for (int i = 0; i < 1_000; i++) {
            Authorizer.Permission found = granted.find("com.example." + i);
            if (found != null) {
                assertSame(permissions.get(i), found);
                kept++;
            }
        }
        assertEquals(16, kept);
        assertNull(granted.find("com.example.else"));
    }
}
