package io.bailiwick.router.realm;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.RealmThread;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/** A realm on the test's own thread, and the peers that have joined it. Publication ids count from 1,000. */
final class Scenario {
    /** Ids that are drawn by the realm: its own session first, then publications. */
    static final long FIRST_PUBLICATION = 1_000;

    /** The thread of the test: what it does in the realm is done at once. */
    static final RealmThread HERE = new RealmThread() {
        @Override
        public void execute(Runnable step) {
            step.run();
        }

        @Override
        public boolean isCurrent() {
            return true;
        }
    };

    private final Realm realm;
    private final TestTime time = new TestTime();
    private IntUnaryOperator chance = bound -> 0;
    private long lastId = FIRST_PUBLICATION - 2;
    private long lastSession;
    private final List<String> revoked = new ArrayList<>();

    Scenario() {
        this(Limits.DEFAULT);
    }

    Scenario(Limits limits) {
        this(limits, (session, action, uri, match) -> Permission.ALLOWED);
    }

    Scenario(Authorizer authorizer) {
        this(Limits.DEFAULT, authorizer);
    }

    Scenario(Limits limits, Authorizer authorizer) {
        this(limits, authorizer, HERE);
    }

    Scenario(Limits limits, Authorizer authorizer, Executor executor) {
        this(RealmOptions.DEFAULT.with(limits), authorizer, executor);
    }

    Scenario(RealmOptions options) {
        this(options, (session, action, uri, match) -> Permission.ALLOWED, HERE);
    }

    Scenario(RealmOptions options, Authorizer authorizer, Executor executor) {
        this(options, authorizer, executor, RealmMetrics.NONE);
    }

    Scenario(RealmOptions options, RealmMetrics metrics) {
        this(options, (session, action, uri, match) -> Permission.ALLOWED, HERE, metrics);
    }

    Scenario(RealmOptions options, Authorizer authorizer, Executor executor, RealmMetrics metrics) {
        Surroundings outside = surroundings(authorizer, () -> ++lastId, time, revoked::add, metrics);
        RealmThread thread = executor instanceof RealmThread known ? known : RealmThread.of(executor);
        realm = new Realm("com.example", thread, outside.with(bound -> chance.applyAsInt(bound)), options);
    }

    /** From here on choices among equals fall as this function says; before, on the first. */
    void draws(IntUnaryOperator newChance) {
        chance = newChance;
    }

    /** Clock and timer that a test moves; choices among equals always fall on the first. */
    static Surroundings surroundings(Authorizer authorizer, LongSupplier ids, TestTime time) {
        return surroundings(authorizer, ids, time, authid -> {}, RealmMetrics.NONE);
    }

    private static Surroundings surroundings(
            Authorizer authorizer, LongSupplier ids, TestTime time, Consumer<String> revocation, RealmMetrics metrics) {
        return new Surroundings(authorizer, new TextPayloads(), ids, time, time, bound -> 0, revocation, metrics);
    }

    /** The authids whose cookies and tickets the realm has asked to revoke. */
    List<String> revoked() {
        return List.copyOf(revoked);
    }

    TestTime time() {
        return time;
    }

    Realm realm() {
        return realm;
    }

    /** A session with all features that a client may announce, and an authrole. It has read its WELCOME. */
    TestPeer joins(String authid, String authrole) {
        Map<String, Object> roles = Map.of(
                "callee", features("call_canceling", "progressive_call_results"),
                "caller", features("call_canceling", "progressive_call_results"));
        return joins(authid, authrole, Dict.of(roles));
    }

    TestPeer joins(String authid) {
        return joins(authid, "user");
    }

    /** A session that announced these features and no other, as a caller and as a callee. */
    TestPeer joinsWith(String authid, String... features) {
        return joins(authid, "user", Dict.of(Map.of("callee", features(features), "caller", features(features))));
    }

    /** As {@link #joinsWith}, of a principal that has proved who it is. */
    TestPeer joinsProven(String authid, String... features) {
        Dict roles = Dict.of(Map.of("callee", features(features), "caller", features(features)));
        return joins(
                new SessionDetails(nextSession(), authid, "user", "ticket", "static", Dict.EMPTY, Dict.EMPTY, roles));
    }

    /** A session that announced no feature at all. */
    TestPeer joinsPlainly(String authid) {
        return joins(authid, "user", Dict.EMPTY);
    }

    TestPeer joins(String authid, String authrole, Dict roles) {
        return letIn(newPeer(authid, authrole, roles));
    }

    TestPeer joins(SessionDetails details) {
        return letIn(new TestPeer(realm, details));
    }

    private TestPeer letIn(TestPeer peer) {
        Message.Welcome welcome = new Message.Welcome(peer.id(), Dict.of("roles", Realm.features()));
        realm.join(peer, welcome);
        peer.receives(welcome);
        return peer;
    }

    /** Session ids count from 1, but for the one that the realm itself has. */
    private long nextSession() {
        lastSession += lastSession + 1 == FIRST_PUBLICATION - 1 ? 2 : 1;
        return lastSession;
    }

    TestPeer newPeer(String authid, String authrole, Dict roles) {
        SessionDetails details = new SessionDetails(
                nextSession(), authid, authrole, "anonymous", "static", Dict.EMPTY, Dict.EMPTY, roles);
        return new TestPeer(realm, details);
    }

    static Dict roles(String role, String... features) {
        return Dict.of(Map.of(role, features(features)));
    }

    private static Map<String, Object> features(String... names) {
        Map<String, Object> features = new java.util.HashMap<>();
        Arrays.asList(names).forEach(name -> features.put(name, true));
        return Map.of("features", features);
    }

    RealmView view() {
        List<RealmView> seen = new ArrayList<>();
        realm.inspect(seen::add);
        return seen.get(0);
    }
}
