package io.bailiwick.router.codec;

import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a message of checked tokens, in any format: knows which element of which message is what. For one message. */
final class MessageReader {
    /** How many elements a message has, arguments and code included. */
    private enum Shape {
        HELLO(Message.Hello.CODE, 3, 3),
        WELCOME(Message.Welcome.CODE, 3, 3),
        ABORT(Message.Abort.CODE, 3, 5),
        CHALLENGE(Message.Challenge.CODE, 3, 3),
        AUTHENTICATE(Message.Authenticate.CODE, 3, 3),
        GOODBYE(Message.Goodbye.CODE, 3, 5),
        ERROR(Message.ErrorReply.CODE, 5, 7),
        PUBLISH(Message.Publish.CODE, 4, 6),
        PUBLISHED(Message.Published.CODE, 3, 3),
        SUBSCRIBE(Message.Subscribe.CODE, 4, 4),
        SUBSCRIBED(Message.Subscribed.CODE, 3, 3),
        UNSUBSCRIBE(Message.Unsubscribe.CODE, 3, 4),
        UNSUBSCRIBED(Message.Unsubscribed.CODE, 2, 3),
        EVENT(Message.Event.CODE, 4, 6),
        EVENT_RECEIVED(Message.EventReceived.CODE, 2, 2),
        CALL(Message.Call.CODE, 4, 6),
        CANCEL(Message.Cancel.CODE, 3, 3),
        RESULT(Message.Result.CODE, 3, 5),
        REGISTER(Message.Register.CODE, 4, 4),
        REGISTERED(Message.Registered.CODE, 3, 3),
        UNREGISTER(Message.Unregister.CODE, 3, 4),
        UNREGISTERED(Message.Unregistered.CODE, 2, 3),
        INVOCATION(Message.Invocation.CODE, 4, 6),
        INTERRUPT(Message.Interrupt.CODE, 3, 3),
        YIELD(Message.Yield.CODE, 3, 5);

        private static final @Nullable Shape[] BY_CODE = new Shape[Message.EventReceived.CODE + 1];

        static {
            for (Shape shape : values()) {
                BY_CODE[shape.code] = shape;
            }
        }

        private final int code;
        private final int least;
        private final int most;
        /** The names of the elements. */
        @SuppressWarnings("ImmutableEnumChecker") // filled here, never changed
        private final String[] places;

        Shape(int code, int least, int most) {
            this.code = code;
            this.least = least;
            this.most = most;
            this.places = new String[most];
            Arrays.setAll(places, element -> name() + "[" + element + "]");
        }

        /** The shape of the messages of this code; null if there are none. */
        static @Nullable Shape of(long code) {
            return code < 0 || code >= BY_CODE.length ? null : BY_CODE[(int) code];
        }
    }

    private static final long MAX_ID = 1L << 53;
    /** What an ERROR can answer; the specification has neither CANCEL nor YIELD here, but there are routers that do. */
    private static final int[] REQUESTS = {
        Message.Publish.CODE,
        Message.Subscribe.CODE,
        Message.Unsubscribe.CODE,
        Message.Call.CODE,
        Message.Cancel.CODE,
        Message.Register.CODE,
        Message.Unregister.CODE,
        Message.Invocation.CODE,
        Message.Yield.CODE
    };

    private final Format format;
    private final TokenReader tokens;
    private final RawCheck check;

    private @Nullable Shape shape;
    /** The element that is read next. */
    private int element;
    /** The dictionary that was read last: the options or details of a message that has some. */
    private Dict dict = Dict.EMPTY;

    private MessageReader(Format format, TokenReader tokens) {
        this.format = format;
        this.tokens = tokens;
        this.check = RawCheck.of(tokens);
    }

    /**
     * Reads a whole message.
     *
     * @throws ProtocolViolation if it is none
     */
    static Message read(Format format, TokenReader tokens) {
        MessageReader reader = new MessageReader(format, tokens);
        return reader.message(reader.readShape());
    }

    private Shape readShape() {
        Long code = whole(kindAt(element));
        Shape found = code == null ? null : Shape.of(code);
        if (found == null) {
            throw violation("the code of a WAMP message", found(kindAt(element)));
        }
        int count = check.elements();
        if (count < found.least || count > found.most) {
            String expected = found.least == found.most ? "" + found.least : found.least + " to " + found.most;
            throw new ProtocolViolation(found.name(), expected + " elements", count + " elements");
        }
        shape = found;
        element++;
        return found;
    }

    /** Reads the elements in the order of the arguments here, which is the order on the wire. */
    private Message message(Shape shape) {
        return switch (shape) {
            case HELLO -> new Message.Hello(textOrNull(), dict());
            case WELCOME -> new Message.Welcome(id(), dict());
            case ABORT -> new Message.Abort(dict(), text());
            case CHALLENGE -> new Message.Challenge(text(), dict());
            case AUTHENTICATE -> new Message.Authenticate(text(), dictOrNull());
            case GOODBYE -> new Message.Goodbye(dict(), text());
            case ERROR -> new Message.ErrorReply(requestType(), id(), dict(), text(), payload());
            case PUBLISH -> new Message.Publish(id(), dict(), text(), payload());
            case PUBLISHED -> new Message.Published(id(), id());
            case SUBSCRIBE -> new Message.Subscribe(id(), dict(), text());
            case SUBSCRIBED -> new Message.Subscribed(id(), id());
            case UNSUBSCRIBE -> new Message.Unsubscribe(id(), id(), dictAtEnd());
            case UNSUBSCRIBED -> new Message.Unsubscribed(idOrRevocation(), revocation());
            case EVENT -> new Message.Event(id(), id(), dict(), payload());
            case EVENT_RECEIVED -> new Message.EventReceived(id());
            case CALL -> new Message.Call(id(), dict(), text(), payload());
            case CANCEL -> new Message.Cancel(id(), dict());
            case RESULT -> new Message.Result(id(), dict(), payload());
            case REGISTER -> new Message.Register(id(), dict(), text());
            case REGISTERED -> new Message.Registered(id(), id());
            case UNREGISTER -> new Message.Unregister(id(), id(), dictAtEnd());
            case UNREGISTERED -> new Message.Unregistered(idOrRevocation(), revocation());
            case INVOCATION -> new Message.Invocation(id(), id(), dict(), payload());
            case INTERRUPT -> new Message.Interrupt(id(), dict());
            case YIELD -> new Message.Yield(id(), dict(), payload());
        };
    }

    // ---- elements of the header

    private long id() {
        return number(1, "an id from 1 to 2^53");
    }

    /** The dictionary that Autobahn may send behind the last id of a message. */
    private Dict dictAtEnd() {
        return element < check.elements() ? dict() : Dict.EMPTY;
    }

    /** The id of the request that is acknowledged; 0 and a dictionary behind it make the message a revocation. */
    private long idOrRevocation() {
        return check.elements() == 2 ? id() : number(0, "0, as in a revocation");
    }

    private Dict revocation() {
        return check.elements() == 2 ? Dict.EMPTY : dict();
    }

    private long number(long least, String expected) {
        Kind kind = kindAt(element);
        Long number = whole(kind);
        long most = least == 0 ? 0 : MAX_ID;
        if (number == null || number < least || number > most) {
            throw violation(expected, found(kind));
        }
        element++;
        return number;
    }

    private int requestType() {
        Kind kind = kindAt(element);
        Long code = whole(kind);
        if (code == null || Arrays.stream(REQUESTS).noneMatch(request -> request == code)) {
            throw violation("the code of a request", found(kind));
        }
        element++;
        return code.intValue();
    }

    /** The value of a whole number; JavaScript peers send great ones as floats. */
    private @Nullable Long whole(Kind kind) {
        if (kind == Kind.INTEGER) {
            return tokens.integer;
        }
        if (kind == Kind.FLOAT) {
            double real = tokens.real();
            return real == Math.rint(real) && Math.abs(real) <= MAX_ID ? (Long) (long) real : null;
        }
        return null;
    }

    private String text() {
        Kind kind = kindAt(element);
        if (kind != Kind.TEXT) {
            throw violation("a string", kind.words);
        }
        element++;
        return tokens.text();
    }

    private @Nullable String textOrNull() {
        Kind kind = kindAt(element);
        if (kind == Kind.NULL) {
            element++;
            return null;
        }
        return text();
    }

    private Dict dict() {
        Kind kind = kindAt(element);
        if (kind != Kind.DICT) {
            throw violation("a dictionary", kind.words);
        }
        int size = tokens.size;
        Map<String, @Nullable Object> entries = tokens.dict(size);
        int bytes = check.end(element) - check.start(element);
        dict = entries.isEmpty() ? Dict.EMPTY : Dict.read(place(), entries, bytes);
        element++;
        return dict;
    }

    /** As {@link #dict}, where null stands for an empty one: the client of nexus sends it with AUTHENTICATE. */
    private Dict dictOrNull() {
        if (kindAt(element) != Kind.NULL) {
            return dict();
        }
        element++;
        dict = Dict.EMPTY;
        return dict;
    }

    // ---- arguments

    private Payload payload() {
        int args = element;
        int kwargs = element + 1;
        Kind kind = kindAt(args);
        if ((kind == Kind.TEXT || kind == Kind.BINARY) && dict.has("enc_algo")) {
            if (kindAt(kwargs) != Kind.NULL) {
                element = kwargs;
                throw violation("nothing behind an opaque payload", kindAt(kwargs).words);
            }
            return slice(args, args, 1);
        }
        boolean hasArgs = filled(args, Kind.LIST);
        boolean hasKwargs = filled(kwargs, Kind.DICT);
        if (!hasKwargs) {
            return hasArgs ? slice(args, args, 1) : Payload.EMPTY;
        }
        return kind == Kind.LIST ? slice(args, kwargs, 2) : behindEmptyList(kwargs);
    }

    /** Whether this element is there and has something in it. */
    private boolean filled(int index, Kind expected) {
        Kind kind = kindAt(index);
        if (kind == Kind.NULL) {
            return false;
        }
        if (kind != expected) {
            element = index;
            throw violation(expected.words, kind.words);
        }
        return tokens.more(kind, tokens.size, 0);
    }

    private Payload slice(int first, int last, int elements) {
        int from = check.start(first);
        ByteBuffer bytes = ByteBuffer.wrap(tokens.bytes, from, check.end(last) - from);
        return Payload.part(format, bytes, elements, tokens.end - tokens.start);
    }

    private Payload behindEmptyList(int kwargs) {
        TokenWriter out = TokenWriter.ofPayload(format);
        out.list(0);
        out.end(Kind.LIST);
        out.beforeCopy();
        out.octets(tokens.bytes, check.start(kwargs), check.end(kwargs));
        return Payload.owned(format, out.bytes(), 2);
    }

    // ---- places

    /** Reads an element, or the head of it; one that is not there reads as null. */
    private Kind kindAt(int index) {
        if (index >= check.elements()) {
            return Kind.NULL;
        }
        tokens.moveTo(check.start(index));
        return tokens.next();
    }

    private String found(Kind kind) {
        return switch (kind) {
            case INTEGER -> Long.toString(tokens.integer);
            default -> kind.words;
        };
    }

    private String place() {
        return shape == null ? "message[" + element + "]" : shape.places[element];
    }

    private ProtocolViolation violation(String expected, String found) {
        return new ProtocolViolation(place(), expected, found);
    }
}
