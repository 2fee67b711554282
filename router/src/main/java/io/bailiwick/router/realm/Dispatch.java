package io.bailiwick.router.realm;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Pending;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Authorizer.Verdict;
import io.bailiwick.router.session.RequestIds;
import io.bailiwick.router.session.SessionDetails;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a realm does with a message, a method per type: is its id in sequence, is the URI legal, may this session do this (what
 * a rule has allowed it before, it may), and then on to the one method of broker or dealer. A request that somebody else decides on comes a second time, with
 * the decision.
 */
final class Dispatch implements Message.Handler<Seat> {
    private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

    private final Realm realm;
    private final Broker broker;
    private final Dealer dealer;
    private final Decisions decisions;
    private final Backpressure backpressure;
    private final UriRule rule;

    Dispatch(Realm realm, Broker broker, Dealer dealer, Decisions decisions, Backpressure backpressure, UriRule rule) {
        this.realm = realm;
        this.broker = broker;
        this.dealer = dealer;
        this.decisions = decisions;
        this.backpressure = backpressure;
        this.rule = rule;
    }

    /** What a session asks for: the parts of a request that decide whether it is let through. */
    private record Request(
            Message.FromClient message,
            long id,
            Dict options,
            Action action,
            String uri,
            MatchPolicy match,
            boolean answered) {}

    @Override
    public void goodbye(Seat sender, Message.Goodbye message) {
        realm.sayGoodbye(sender);
    }

    @Override
    public void publish(Seat sender, Message.Publish message) {
        checkWay(sender, message, message.options());
        takeId(sender, message, message.request());
        Dict options = message.options();
        boolean answered = !options.isEmpty() && options.flag("acknowledge", false);
        Permission permission = sender.granted(Action.PUBLISH, message.topic());
        if (permission == null) {
            permission = admit(
                    sender,
                    new Request(
                            message,
                            message.request(),
                            options,
                            Action.PUBLISH,
                            message.topic(),
                            MatchPolicy.EXACT,
                            answered));
        }
        if (permission != null && !backpressure.holds(sender, message)) {
            broker.publish(sender.pubSub(), message, permission);
        }
    }

    @Override
    public void subscribe(Seat sender, Message.Subscribe message) {
        checkWay(sender, message, message.options());
        takeId(sender, message, message.request());
        Dict options = message.options();
        MatchPolicy match = MatchPolicy.of(options);
        Request request =
                new Request(message, message.request(), options, Action.SUBSCRIBE, message.topic(), match, true);
        if (admit(sender, request) != null) {
            broker.subscribe(sender.pubSub(), message, match);
        }
    }

    @Override
    public void unsubscribe(Seat sender, Message.Unsubscribe message) {
        checkWay(sender, message, message.options());
        takeId(sender, message, message.request());
        broker.unsubscribe(sender.pubSub(), message);
    }

    @Override
    public void eventReceived(Seat sender, Message.EventReceived message) {
        broker.received(sender.pubSub(), message);
    }

    @Override
    public void call(Seat sender, Message.Call message) {
        checkWay(sender, message, message.options());
        if (!decisions.isSecondTime() && dealer.continues(sender.rpc(), message)) {
            return;
        }
        takeId(sender, message, message.request());
        Permission permission = sender.granted(Action.CALL, message.procedure());
        if (permission == null) {
            permission = admit(
                    sender,
                    new Request(
                            message,
                            message.request(),
                            message.options(),
                            Action.CALL,
                            message.procedure(),
                            MatchPolicy.EXACT,
                            true));
        }
        if (permission != null) {
            dealer.call(sender.rpc(), message, knownToRealm(permission, message.procedure()));
        }
    }

    /** The realm itself always learns who calls its own procedures. */
    private static Permission knownToRealm(Permission permission, String procedure) {
        return Uris.isReserved(procedure)
                ? new Permission(true, Disclosure.ALWAYS, permission.trustlevel())
                : permission;
    }

    @Override
    public void cancel(Seat sender, Message.Cancel message) {
        checkWay(sender, message, message.options());
        dealer.cancel(sender.rpc(), message);
    }

    @Override
    public void register(Seat sender, Message.Register message) {
        checkWay(sender, message, message.options());
        takeId(sender, message, message.request());
        Dict options = message.options();
        MatchPolicy match = MatchPolicy.of(options);
        Request request =
                new Request(message, message.request(), options, Action.REGISTER, message.procedure(), match, true);
        if (admit(sender, request) != null) {
            dealer.register(sender.rpc(), message, match);
        }
    }

    @Override
    public void unregister(Seat sender, Message.Unregister message) {
        checkWay(sender, message, message.options());
        takeId(sender, message, message.request());
        dealer.unregister(sender.rpc(), message);
    }

    @Override
    public void yielded(Seat sender, Message.Yield message) {
        checkWay(sender, message, message.options());
        dealer.yielded(sender.rpc(), message);
    }

    @Override
    public void error(Seat sender, Message.ErrorReply message) {
        checkWay(sender, message, message.details());
        int longest = sender.member().limits().uriLength();
        if (message.error().length() > longest || !UriRule.LOOSE.allows(message.error())) {
            // Passed on, it would cost the caller its session: clients check it.
            throw new ProtocolViolation("ERROR[4]", "a URI of at most " + longest + " characters", "another string");
        }
        dealer.error(sender.rpc(), message);
    }

    /** Checks what a link says of the way of a message, whether or not it is used: a known key of the wrong type is a fault. */
    private static void checkWay(Seat sender, Message message, Dict options) {
        sender.member().details().forwardFor(message.name(), options);
    }

    /** Takes the id of a new request, unless it was taken when the request came first. */
    private void takeId(Seat sender, Message message, long id) {
        RequestIds ids = sender.member().requests();
        if (!decisions.isSecondTime() && !ids.accept(id)) {
            throw new ProtocolViolation(
                    message.name() + "[1]", "the next request id, " + ids.next(), String.valueOf(id));
        }
    }

    /** Decides whether a request goes on; answers it when it does not. */
    private @Nullable Permission admit(Seat sender, Request request) {
        String fault = uriFault(sender, request);
        if (fault != null) {
            return refuse(sender, request, Uris.INVALID_URI, fault);
        }
        Decisions.Outcome outcome = decisions.outcome();
        Verdict verdict = outcome == null ? ask(sender, request) : outcome.permission();
        if (verdict instanceof Permission permission) {
            return check(sender, request, permission);
        }
        if (verdict instanceof Pending pending) {
            decisions.await(sender, request.message, pending);
            return null;
        }
        return refuse(sender, request, Uris.AUTHORIZATION_FAILED, "the rights of this session are not known");
    }

    private static @Nullable Verdict ask(Seat sender, Request request) {
        Authorizer rights = sender.rights();
        SessionDetails session = sender.member().details();
        try {
            Permission settled = rights.settled(session, request.action, request.uri, request.match);
            if (settled == null) {
                return rights.permits(session, request.action, request.uri, request.match, request.options);
            }
            if (mayBeKept(request, settled)) {
                sender.grant(request.action, request.uri, settled);
            }
            return settled;
        } catch (RuntimeException failure) {
            log.error("{}: who may {} {} is not known", sender.member(), request.action, request.uri, failure);
            return null;
        }
    }

    /** Where nothing but the URI, which is legal, says that the request goes on. */
    private static boolean mayBeKept(Request request, Permission permission) {
        return permission.allowed()
                && permission.disclosure() != Disclosure.FORBIDDEN
                && (request.action == Action.CALL || request.action == Action.PUBLISH);
    }

    private static @Nullable Permission check(Seat sender, Request request, Permission permission) {
        if (!permission.allowed()) {
            String text = "expected the right to " + request.action.name() + " " + request.uri + ", but role "
                    + sender.member().details().authrole() + " has none";
            return refuse(sender, request, Uris.NOT_AUTHORIZED, text);
        }
        if (permission.disclosure() == Disclosure.FORBIDDEN && request.options.flag("disclose_me", false)) {
            String text = "expected no disclose_me, which role "
                    + sender.member().details().authrole() + " must not ask for here";
            return refuse(sender, request, Uris.DISCLOSE_ME_DISALLOWED, text);
        }
        return permission;
    }

    private @Nullable String uriFault(Seat sender, Request request) {
        int longest = sender.member().limits().uriLength();
        if (request.uri.length() > longest) {
            return "expected a URI of at most " + longest + " characters, but found " + request.uri.length();
        }
        if (!rule.allows(request.uri, request.match)) {
            return "expected a URI by the " + rule + " rule for match " + request.match.id()
                    + ", but found another string";
        }
        boolean ownsNames = request.action == Action.PUBLISH || request.action == Action.REGISTER;
        if (ownsNames && Uris.isReserved(request.uri)) {
            return "expected a URI that is not reserved, but found one that begins with wamp";
        }
        return null;
    }

    private static @Nullable Permission refuse(Seat sender, Request request, String error, String text) {
        if (request.answered) {
            sender.member().refuse(request.message.code(), request.id, error, text);
        }
        return null;
    }
}
