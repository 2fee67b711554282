package io.bailiwick.router.client.jawampa;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bailiwick.router.message.Message;
import org.jspecify.annotations.Nullable;
import ws.wamp.jawampa.WampMessages.AbortMessage;
import ws.wamp.jawampa.WampMessages.ErrorMessage;
import ws.wamp.jawampa.WampMessages.EventMessage;
import ws.wamp.jawampa.WampMessages.GoodbyeMessage;
import ws.wamp.jawampa.WampMessages.InvocationMessage;
import ws.wamp.jawampa.WampMessages.PublishedMessage;
import ws.wamp.jawampa.WampMessages.RegisteredMessage;
import ws.wamp.jawampa.WampMessages.ResultMessage;
import ws.wamp.jawampa.WampMessages.SubscribedMessage;
import ws.wamp.jawampa.WampMessages.UnregisteredMessage;
import ws.wamp.jawampa.WampMessages.UnsubscribedMessage;
import ws.wamp.jawampa.WampMessages.WampMessage;
import ws.wamp.jawampa.WampMessages.WelcomeMessage;

/** Messages of a router as jawampa wants them: what it reads itself as fields, the rest carried along. */
final class Inbound {
    private Inbound() {}

    /** The message for jawampa; null for a type that a client has no use for. */
    static @Nullable WampMessage of(Message message) {
        WampMessage session = ofSession(message);
        return session != null ? session : ofOpenSession(message);
    }

    private static @Nullable WampMessage ofSession(Message message) {
        if (message instanceof Message.Welcome welcome) {
            // jawampa insists on roles, but nobody reads them: ours are in the Welcome itself.
            ObjectNode details = nothing();
            details.putObject("roles");
            return new WelcomeMessage(welcome.session(), details);
        } else if (message instanceof Message.Abort abort) {
            return new AbortMessage(nothing(), abort.reason());
        } else if (message instanceof Message.Goodbye goodbye) {
            return new GoodbyeMessage(nothing(), goodbye.reason());
        }
        return null;
    }

    private static @Nullable WampMessage ofOpenSession(Message message) {
        if (message instanceof Message.Event event) {
            return new EventMessage(event.subscription(), event.publication(), nothing(), Carried.in(event), nothing());
        } else if (message instanceof Message.Invocation call) {
            return new InvocationMessage(call.request(), call.registration(), nothing(), Carried.in(call), nothing());
        } else if (message instanceof Message.Result result) {
            return new ResultMessage(result.request(), nothing(), Carried.in(result), nothing());
        } else if (message instanceof Message.ErrorReply error) {
            return new ErrorMessage(
                    error.requestType(), error.request(), nothing(), error.error(), Carried.in(error), nothing());
        } else if (message instanceof Message.Published published) {
            return new PublishedMessage(published.request(), published.publication());
        } else if (message instanceof Message.Registered registered) {
            return new RegisteredMessage(registered.request(), registered.registration());
        } else if (message instanceof Message.Unregistered unregistered) {
            return new UnregisteredMessage(unregistered.request());
        } else if (message instanceof Message.Subscribed subscribed) {
            return new SubscribedMessage(subscribed.request(), subscribed.subscription());
        } else if (message instanceof Message.Unsubscribed unsubscribed) {
            return new UnsubscribedMessage(unsubscribed.request());
        }
        return null;
    }

    private static ObjectNode nothing() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A request, by the code of its type and its id; a type of 0 for none. */
    record Request(int type, long id) {}

    /** The request that the message answers. */
    static Request answered(Message message) {
        if (message instanceof Message.Result result) {
            return new Request(Message.Call.CODE, result.request());
        } else if (message instanceof Message.ErrorReply error) {
            return new Request(error.requestType(), error.request());
        } else if (message instanceof Message.Published published) {
            return new Request(Message.Publish.CODE, published.request());
        } else if (message instanceof Message.Registered registered) {
            return new Request(Message.Register.CODE, registered.request());
        } else if (message instanceof Message.Unregistered unregistered) {
            return new Request(Message.Unregister.CODE, unregistered.request());
        } else if (message instanceof Message.Subscribed subscribed) {
            return new Request(Message.Subscribe.CODE, subscribed.request());
        }
        return new Request(0, 0);
    }
}
