package io.bailiwick.router.realm;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a realm does with a message, a method per type: is the URI legal, may this session do this, and then on to the one
 * method of broker or dealer.
 */
final class Dispatch implements Message.Handler<Seat> {
    private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

    private final Realm realm;
    private final Broker broker;
    private final Dealer dealer;
    private final Authorizer authorizer;
    private final UriRule rule;
    private final Limits limits;

    Dispatch(Realm realm, Broker broker, Dealer dealer, Authorizer authorizer, RealmOptions options) {
        this.realm = realm;
        this.broker = broker;
        this.dealer = dealer;
        this.authorizer = authorizer;
        this.rule = options.rule();
        this.limits = options.limits();
    }

    /** What a session asks for: the parts of a request that decide whether it is let through. */
    private record Request(int type, long id, Action action, String uri, MatchPolicy match, boolean answered) {}

    @Override
    public void goodbye(Seat sender, Message.Goodbye message) {
        realm.sayGoodbye(sender);
    }

    @Override
    public void publish(Seat sender, Message.Publish message) {
        boolean answered = message.options().flag("acknowledge", false);
        Request request = new Request(
                Message.Publish.CODE, message.request(), Action.PUBLISH, message.topic(), MatchPolicy.EXACT, answered);
        Permission permission = admit(sender, request);
        if (permission != null) {
            broker.publish(sender.pubSub(), message, permission);
        }
    }

    @Override
    public void subscribe(Seat sender, Message.Subscribe message) {
        MatchPolicy match = MatchPolicy.of(message.options());
        Request request =
                new Request(Message.Subscribe.CODE, message.request(), Action.SUBSCRIBE, message.topic(), match, true);
        if (admit(sender, request) != null) {
            broker.subscribe(sender.pubSub(), message, match);
        }
    }

    @Override
    public void unsubscribe(Seat sender, Message.Unsubscribe message) {
        broker.unsubscribe(sender.pubSub(), message);
    }

    @Override
    public void eventReceived(Seat sender, Message.EventReceived message) {
        broker.received(sender.pubSub(), message);
    }

    @Override
    public void call(Seat sender, Message.Call message) {
        if (dealer.continues(sender.rpc(), message)) {
            return;
        }
        Request request = new Request(
                Message.Call.CODE, message.request(), Action.CALL, message.procedure(), MatchPolicy.EXACT, true);
        Permission permission = admit(sender, request);
        if (permission != null) {
            dealer.call(sender.rpc(), message, permission);
        }
    }

    @Override
    public void cancel(Seat sender, Message.Cancel message) {
        dealer.cancel(sender.rpc(), message);
    }

    @Override
    public void register(Seat sender, Message.Register message) {
        MatchPolicy match = MatchPolicy.of(message.options());
        Request request = new Request(
                Message.Register.CODE, message.request(), Action.REGISTER, message.procedure(), match, true);
        if (admit(sender, request) != null) {
            dealer.register(sender.rpc(), message, match);
        }
    }

    @Override
    public void unregister(Seat sender, Message.Unregister message) {
        dealer.unregister(sender.rpc(), message);
    }

    @Override
    public void yielded(Seat sender, Message.Yield message) {
        dealer.yielded(sender.rpc(), message);
    }

    @Override
    public void error(Seat sender, Message.ErrorReply message) {
        if (message.error().length() > limits.uriLength() || !UriRule.LOOSE.allows(message.error())) {
            // Passed on, it would cost the caller its session: clients check it.
            throw new ProtocolViolation(
                    "ERROR[4]", "a URI of at most " + limits.uriLength() + " characters", "another string");
        }
        dealer.error(sender.rpc(), message);
    }

    /** Decides whether a request goes on; answers it when it does not. */
    private @Nullable Permission admit(Seat sender, Request request) {
        String fault = uriFault(request);
        if (fault != null) {
            return refuse(sender, request, Uris.INVALID_URI, fault);
        }
        Permission permission;
        try {
            permission = authorizer.permits(sender.member().details(), request.action, request.uri, request.match);
        } catch (RuntimeException failure) {
            log.error(
                    "{}: the rights to {} {} could not be decided",
                    sender.member(),
                    request.action,
                    request.uri,
                    failure);
            return refuse(sender, request, Uris.AUTHORIZATION_FAILED, "the rights of this session are not known");
        }
        if (!permission.allowed()) {
            String text = "expected the right to " + request.action.name() + " " + request.uri + ", but role "
                    + sender.member().details().authrole() + " has none";
            return refuse(sender, request, Uris.NOT_AUTHORIZED, text);
        }
        return permission;
    }

    private @Nullable String uriFault(Request request) {
        if (request.uri.length() > limits.uriLength()) {
            return "expected a URI of at most " + limits.uriLength() + " characters, but found " + request.uri.length();
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
            sender.member().refuse(request.type, request.id, error, text);
        }
        return null;
    }
}
