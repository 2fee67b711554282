package io.bailiwick.router.client.jawampa;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ws.wamp.jawampa.ApplicationError;
import ws.wamp.jawampa.WampMessages.CallMessage;
import ws.wamp.jawampa.WampMessages.ErrorMessage;
import ws.wamp.jawampa.WampMessages.GoodbyeMessage;
import ws.wamp.jawampa.WampMessages.HelloMessage;
import ws.wamp.jawampa.WampMessages.PublishMessage;
import ws.wamp.jawampa.WampMessages.RegisterMessage;
import ws.wamp.jawampa.WampMessages.SubscribeMessage;
import ws.wamp.jawampa.WampMessages.UnregisterMessage;
import ws.wamp.jawampa.WampMessages.WampMessage;
import ws.wamp.jawampa.WampMessages.YieldMessage;

/** Messages of jawampa as they go to the router: with the realm, options and reasons that jawampa cannot say. */
final class Outbound {
    private final Supplier<Message> hello;
    private final Requests requests;
    private final Expiry expiry;

    /** Told on the loop of a request that was not answered in time. */
    @FunctionalInterface
    interface Expiry {
        void expired(int type, long id);
    }

    Outbound(Supplier<Message> hello, Requests requests, Expiry expiry) {
        this.hello = hello;
        this.requests = requests;
        this.expiry = expiry;
    }

    /** The message to send; null when there is nothing to send (any more). On the loop. */
    @Nullable
    Message of(WampMessage message) {
        if (message instanceof HelloMessage) {
            return hello.get();
        } else if (message instanceof GoodbyeMessage goodbye) {
            return goodbye(goodbye.reason);
        } else if (message instanceof ws.wamp.jawampa.WampMessages.AbortMessage abort) {
            return abort(abort.reason);
        } else if (message instanceof YieldMessage yield) {
            return Carried.out(yield.arguments, Message.Yield.class);
        } else if (message instanceof ErrorMessage error) {
            Message.ErrorReply carried = Carried.out(error.arguments, Message.ErrorReply.class);
            return carried != null
                    ? carried
                    : new Message.ErrorReply(
                            error.requestType, error.requestId, Dict.EMPTY, error.error, Payload.EMPTY);
        }
        return request(message);
    }

    private @Nullable Message request(WampMessage message) {
        if (message instanceof CallMessage call) {
            return request(Message.Call.CODE, call.requestId, Carried.out(call.arguments, Outgoing.class));
        } else if (message instanceof PublishMessage publish) {
            return request(Message.Publish.CODE, publish.requestId, Carried.out(publish.arguments, Outgoing.class));
        } else if (message instanceof RegisterMessage register) {
            return request(Message.Register.CODE, register.requestId, requests.take(register.procedure));
        } else if (message instanceof SubscribeMessage subscribe) {
            return request(Message.Subscribe.CODE, subscribe.requestId, requests.take(subscribe.topic));
        } else if (message instanceof UnregisterMessage unregister) {
            Outgoing request = requests.takeUnregistering(unregister.registrationId);
            return request(Message.Unregister.CODE, unregister.requestId, request);
        }
        return null;
    }

    private @Nullable Message request(int type, long id, @Nullable Outgoing request) {
        if (request == null) {
            return null;
        }
        requests.sent(type, id, request, () -> expiry.expired(type, id));
        return request.message().apply(id);
    }

    /** Which request a message of ours is; a type of 0 when it is none. */
    static Inbound.Request requestOf(Message message) {
        if (message instanceof Message.Call call) {
            return new Inbound.Request(Message.Call.CODE, call.request());
        } else if (message instanceof Message.Publish publish) {
            return new Inbound.Request(Message.Publish.CODE, publish.request());
        } else if (message instanceof Message.Register register) {
            return new Inbound.Request(Message.Register.CODE, register.request());
        } else if (message instanceof Message.Subscribe subscribe) {
            return new Inbound.Request(Message.Subscribe.CODE, subscribe.request());
        }
        return new Inbound.Request(0, 0);
    }

    private static Message goodbye(String reason) {
        if (reason.equals(ApplicationError.SYSTEM_SHUTDOWN)) {
            return new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL);
        } else if (reason.equals(ApplicationError.GOODBYE_AND_OUT)) {
            return new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT);
        }
        // WAMP, "Protocol Errors": a violation is answered with ABORT, not with GOODBYE.
        return abort(reason);
    }

    private static Message.Abort abort(String reason) {
        boolean leaving = reason.equals(ApplicationError.SYSTEM_SHUTDOWN);
        String text = leaving ? "the client gave up joining" : "the message did not fit the state of the session";
        return new Message.Abort(Dict.of("message", text), leaving ? Uris.CLOSE_NORMAL : Uris.PROTOCOL_VIOLATION);
    }
}
