package io.bailiwick.router.meta;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the meta API needs of its realm. All but one are called on the realm's thread. */
public interface MetaHost {
    /** The URI of the realm. */
    String name();

    /** What the realm is given from outside. */
    Surroundings surroundings();

    /** Which strings are URIs here. */
    UriRule rule();

    /** What each session may hold. */
    Limits limits();

    /** The broker. */
    Broker broker();

    /** The dealer. */
    Dealer dealer();

    /**
     * What is known of the right of a session to a URI: {@link Permission#DENIED} where somebody else would have to be asked.
     */
    Permission known(SessionDetails session, Action action, String uri);

    /**
     * Decides whether a session may do something, which may take its time where somebody else is asked.
     *
     * @param match what the URI covers, if it is the pattern of a subscription
     * @param then takes the decision on the realm's thread, at once or later; null when it could not be had
     */
    void decide(
            SessionDetails session, Action action, String uri, MatchPolicy match, Consumer<@Nullable Permission> then);

    /** Who is in the realm, in the order they came; without the realm's own session. */
    List<SessionDetails> sessions();

    /** The session of this id; null when none is in the realm. */
    @Nullable
    SessionDetails session(long id);

    /**
     * Ends sessions.
     *
     * @param which the sessions to end
     * @param goodbye what they are told
     * @param announced whether events and testaments tell of it
     * @return who was ended
     */
    List<SessionDetails> expel(Predicate<SessionDetails> which, Message.Goodbye goodbye, boolean announced);

    /** Runs a step on the realm's thread; may be called from any. */
    void execute(Runnable step);

    /** Runs a step when the one that runs now is over, before any message that comes after it. */
    void soon(Runnable step);

    /** A message of the realm's own session. */
    void receive(Message.FromClient message);
}
