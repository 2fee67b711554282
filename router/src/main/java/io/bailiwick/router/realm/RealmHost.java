package io.bailiwick.router.realm;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.meta.MetaHost;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A realm as its meta API sees it. */
final class RealmHost implements MetaHost {
    private final Realm realm;
    private final Surroundings surroundings;
    private final UriRule rule;

    RealmHost(Realm realm, Surroundings surroundings, UriRule rule) {
        this.realm = realm;
        this.surroundings = surroundings;
        this.rule = rule;
    }

    @Override
    public String name() {
        return realm.name();
    }

    @Override
    public Surroundings surroundings() {
        return surroundings;
    }

    @Override
    public UriRule rule() {
        return rule;
    }

    @Override
    public Limits limits() {
        return realm.roster().limits();
    }

    @Override
    public Broker broker() {
        return realm.broker();
    }

    @Override
    public Dealer dealer() {
        return realm.dealer();
    }

    @Override
    public Permission known(SessionDetails session, Action action, String uri) {
        return surroundings.authorizer().known(session, action, uri, MatchPolicy.EXACT);
    }

    @Override
    public void decide(
            SessionDetails session, Action action, String uri, MatchPolicy match, Consumer<@Nullable Permission> then) {
        Seat seat = realm.roster().get(session.session());
        realm.decisions().decide(seat, () -> surroundings.authorizer().permits(session, action, uri, match), then);
    }

    @Override
    public List<SessionDetails> sessions() {
        return realm.sessions();
    }

    @Override
    public @Nullable SessionDetails session(long id) {
        Seat seat = realm.roster().get(id);
        return seat == null ? null : seat.member().details();
    }

    @Override
    public List<SessionDetails> expel(Predicate<SessionDetails> which, Message.Goodbye goodbye, boolean announced) {
        return realm.expel(which, goodbye, announced);
    }

    @Override
    public void execute(Runnable step) {
        realm.execute(step);
    }

    @Override
    public void soon(Runnable step) {
        realm.run(step);
    }

    @Override
    public void receive(Message.FromClient message) {
        realm.receiveOwn(message);
    }
}
