package io.bailiwick.router.message;

import org.jspecify.annotations.Nullable;

/**
 * A WAMP message: one record per message type of the WAMP specification, fields in wire order. Immutable.
 *
 * <pre>
 * code message        publisher broker subscriber caller dealer callee   (t sends, r receives)
 *    1 HELLO              t       r        t        t      r      t
 *    2 WELCOME            r       t        r        r      t      r
 *    3 ABORT              tr      tr       tr       tr     tr     tr
 *    4 CHALLENGE          r       t        r        r      t      r
 *    5 AUTHENTICATE       t       r        t        t      r      t
 *    6 GOODBYE            tr      tr       tr       tr     tr     tr
 *    8 ERROR              r       t        r        r      tr     tr
 *   16 PUBLISH            t       r
 *   17 PUBLISHED          r       t
 *   32 SUBSCRIBE                  r        t
 *   33 SUBSCRIBED                 t        r
 *   34 UNSUBSCRIBE                r        t
 *   35 UNSUBSCRIBED               t        r
 *   36 EVENT                      t        r
 *  337 EVENT_RECEIVED             r        t
 *   48 CALL                                         t      r
 *   49 CANCEL                                       t      r
 *   50 RESULT                                       r      t
 *   64 REGISTER                                            r      t
 *   65 REGISTERED                                          t      r
 *   66 UNREGISTER                                          r      t
 *   67 UNREGISTERED                                        t      r
 *   68 INVOCATION                                          t      r
 *   69 INTERRUPT                                           t      r
 *   70 YIELD                                               r      t
 * </pre>
 */
public sealed interface Message {

    /** The message code on the wire. */
    int code();

    /** The name of the specification, for example {@code EVENT_RECEIVED}. */
    String name();

    /** This message with a payload that outlives the frame it was read from; itself if it carries none. */
    default Message keep() {
        return this;
    }

    /** The arguments it carries; the empty payload for a message type that carries none. */
    default Payload payload() {
        return Payload.EMPTY;
    }

    /** What any message takes, roughly; it bounds the number of small ones too. */
    int OVERHEAD = 256;

    private static long held(Dict dict, String text, Payload payload) {
        return OVERHEAD + dict.size() + text.length() + payload.length();
    }

    /** A message that a client may send on an open session: it names its own handler method. */
    sealed interface FromClient extends Message {
        @Override
        default FromClient keep() {
            return this;
        }

        /** A measure of the memory that it takes while it waits, in bytes: roughly those that it was read from. */
        long held();

        /** Hands this message to the one method of the handler that is for it. */
        <S> void handledBy(Handler<S> handler, S sender);
    }

    /**
     * What can be done with a message of a client on an open session, a method per type.
     *
     * @param <S> who sent it
     */
    interface Handler<S> {
        /** GOODBYE. */
        void goodbye(S sender, Message.Goodbye message);

        /** ERROR. */
        void error(S sender, Message.ErrorReply message);

        /** PUBLISH. */
        void publish(S sender, Message.Publish message);

        /** SUBSCRIBE. */
        void subscribe(S sender, Message.Subscribe message);

        /** UNSUBSCRIBE. */
        void unsubscribe(S sender, Message.Unsubscribe message);

        /** EVENT_RECEIVED. */
        void eventReceived(S sender, Message.EventReceived message);

        /** CALL. */
        void call(S sender, Message.Call message);

        /** CANCEL. */
        void cancel(S sender, Message.Cancel message);

        /** REGISTER. */
        void register(S sender, Message.Register message);

        /** UNREGISTER. */
        void unregister(S sender, Message.Unregister message);

        /** YIELD. */
        void yielded(S sender, Message.Yield message);
    }

    /** C->R. Opens a session. {@code realm} is null when the client leaves the choice to the router. */
    record Hello(@Nullable String realm, Dict details) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 1;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "HELLO";
        }
    }

    /** R->C. The session is open. */
    record Welcome(long session, Dict details) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 2;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "WELCOME";
        }
    }

    /** Both. The session is refused or ended at once; no answer follows. */
    record Abort(Dict details, String reason) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 3;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "ABORT";
        }
    }

    /** R->C. Asks for a proof. */
    record Challenge(String authmethod, Dict extra) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 4;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "CHALLENGE";
        }
    }

    /** C->R. The proof. */
    record Authenticate(String signature, Dict extra) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 5;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "AUTHENTICATE";
        }
    }

    /** Both. Closes a session; answered by a GOODBYE. */
    record Goodbye(Dict details, String reason) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 6;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "GOODBYE";
        }

        @Override
        public long held() {
            return Message.held(details, reason, Payload.EMPTY);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.goodbye(sender, this);
        }
    }

    /** Both. A request failed; {@code requestType} is the code of that request. */
    record ErrorReply(int requestType, long request, Dict details, String error, Payload payload)
            implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 8;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "ERROR";
        }

        @Override
        public ErrorReply keep() {
            return new ErrorReply(requestType, request, details, error, payload.keep());
        }

        @Override
        public long held() {
            return Message.held(details, error, payload);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.error(sender, this);
        }
    }

    /** C->R. Publishes an event. */
    record Publish(long request, Dict options, String topic, Payload payload) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 16;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "PUBLISH";
        }

        @Override
        public Publish keep() {
            return new Publish(request, options, topic, payload.keep());
        }

        @Override
        public long held() {
            return Message.held(options, topic, payload);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.publish(sender, this);
        }
    }

    /** R->C. Acknowledges a PUBLISH that asked for it. */
    record Published(long request, long publication) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 17;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "PUBLISHED";
        }
    }

    /** C->R. Subscribes to a topic or a pattern of topics. */
    record Subscribe(long request, Dict options, String topic) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 32;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "SUBSCRIBE";
        }

        @Override
        public long held() {
            return Message.held(options, topic, Payload.EMPTY);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.subscribe(sender, this);
        }
    }

    /** R->C. Acknowledges a SUBSCRIBE. */
    record Subscribed(long request, long subscription) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 33;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "SUBSCRIBED";
        }
    }

    /** C->R. Ends a subscription. Only Autobahn has options here, and writes none where there are none. */
    record Unsubscribe(long request, long subscription, Dict options) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 34;

        /** Without options, as the specification has it. */
        public Unsubscribe(long request, long subscription) {
            this(request, subscription, Dict.EMPTY);
        }

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "UNSUBSCRIBE";
        }

        @Override
        public long held() {
            return Message.held(options, "", Payload.EMPTY);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.unsubscribe(sender, this);
        }
    }

    /** R->C. Acknowledges an UNSUBSCRIBE; with request 0 and details, a revocation by the router. */
    record Unsubscribed(long request, Dict details) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 35;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "UNSUBSCRIBED";
        }
    }

    /** R->C. An event of a subscription. */
    record Event(long subscription, long publication, Dict details, Payload payload) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 36;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "EVENT";
        }

        @Override
        public Event keep() {
            return new Event(subscription, publication, details, payload.keep());
        }
    }

    /** C->R. Acknowledges an EVENT (Autobahn's extension). */
    record EventReceived(long publication) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 337;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "EVENT_RECEIVED";
        }

        @Override
        public long held() {
            return Message.held(Dict.EMPTY, "", Payload.EMPTY);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.eventReceived(sender, this);
        }
    }

    /** C->R. Calls a procedure. */
    record Call(long request, Dict options, String procedure, Payload payload) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 48;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "CALL";
        }

        @Override
        public Call keep() {
            return new Call(request, options, procedure, payload.keep());
        }

        @Override
        public long held() {
            return Message.held(options, procedure, payload);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.call(sender, this);
        }
    }

    /** C->R. Cancels a call. */
    record Cancel(long request, Dict options) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 49;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "CANCEL";
        }

        @Override
        public long held() {
            return Message.held(options, "", Payload.EMPTY);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.cancel(sender, this);
        }
    }

    /** R->C. The result of a call. */
    record Result(long request, Dict details, Payload payload) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 50;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "RESULT";
        }

        @Override
        public Result keep() {
            return new Result(request, details, payload.keep());
        }
    }

    /** C->R. Registers a procedure or a pattern of procedures. */
    record Register(long request, Dict options, String procedure) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 64;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "REGISTER";
        }

        @Override
        public long held() {
            return Message.held(options, procedure, Payload.EMPTY);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.register(sender, this);
        }
    }

    /** R->C. Acknowledges a REGISTER. */
    record Registered(long request, long registration) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 65;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "REGISTERED";
        }
    }

    /** C->R. Ends a registration. Only Autobahn has options here, and writes none where there are none. */
    record Unregister(long request, long registration, Dict options) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 66;

        /** Without options, as the specification has it. */
        public Unregister(long request, long registration) {
            this(request, registration, Dict.EMPTY);
        }

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "UNREGISTER";
        }

        @Override
        public long held() {
            return Message.held(options, "", Payload.EMPTY);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.unregister(sender, this);
        }
    }

    /** R->C. Acknowledges an UNREGISTER; with request 0 and details, a revocation by the router. */
    record Unregistered(long request, Dict details) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 67;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "UNREGISTERED";
        }
    }

    /** R->C. A call arrives at the callee. */
    record Invocation(long request, long registration, Dict details, Payload payload) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 68;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "INVOCATION";
        }

        @Override
        public Invocation keep() {
            return new Invocation(request, registration, details, payload.keep());
        }
    }

    /** R->C. Asks the callee to stop an invocation. */
    record Interrupt(long request, Dict options) implements Message {
        /** The message code on the wire. */
        public static final int CODE = 69;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "INTERRUPT";
        }
    }

    /** C->R. The callee's result. */
    record Yield(long request, Dict options, Payload payload) implements FromClient {
        /** The message code on the wire. */
        public static final int CODE = 70;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public String name() {
            return "YIELD";
        }

        @Override
        public Yield keep() {
            return new Yield(request, options, payload.keep());
        }

        @Override
        public long held() {
            return Message.held(options, "", payload);
        }

        @Override
        public <S> void handledBy(Handler<S> handler, S sender) {
            handler.yielded(sender, this);
        }
    }
}
