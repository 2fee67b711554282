package io.bailiwick.router.codec;

import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of checked tokens, in one format: knows which element of which message is what. For one message after
 * another, on one thread.
 */
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
    /** Of anything that is no whole number in the range of a double; itself no number of WAMP. */
    private static final long NOT_WHOLE = Long.MIN_VALUE;
    /** Dictionaries of so many entries are searched from one end to the other. */
    private static final int FEW = 8;

    private final Format format;
    private final TokenReader tokens;
    private final RawCheck check;
    private final KnownTexts texts;

    private @Nullable Shape shape;
    /** The element that is read next. */
    private int element;
    /** The dictionary that was read last: the options or details of a message that has some. */
    private Dict dict = Dict.EMPTY;

    MessageReader(Format format, KnownTexts texts) {
        this.format = format;
        this.tokens = TokenReader.of(format, false);
        this.check = new RawCheck(format, tokens);
        this.texts = texts;
    }

    /**
     * Reads a whole message.
     *
     * @throws ProtocolViolation if it is none
     */
    Message read(byte[] bytes, int from, int to) {
        shape = null;
        element = 0;
        dict = Dict.EMPTY;
        tokens.begin(bytes, from, to);
        check.message();
        return message(readShape());
    }

    /** Lets go of the message that was read last. */
    void forget() {
        tokens.forget();
        check.forget();
        dict = Dict.EMPTY;
    }

    /** The bytes of working memory that it has now, those of a message included. */
    int kept() {
        return tokens.bytes.length + check.kept();
    }

    private Shape readShape() {
        Shape found = Shape.of(whole());
        if (found == null) {
            throw violation("the code of a WAMP message", found());
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
            case ERROR -> new Message.ErrorReply(requestType(), id(), dict(), uri(), payload());
            case PUBLISH -> new Message.Publish(id(), dict(), uri(), payload());
            case PUBLISHED -> new Message.Published(id(), id());
            case SUBSCRIBE -> new Message.Subscribe(id(), dict(), uri());
            case SUBSCRIBED -> new Message.Subscribed(id(), id());
            case UNSUBSCRIBE -> new Message.Unsubscribe(id(), id(), dictAtEnd());
            case UNSUBSCRIBED -> new Message.Unsubscribed(idOrRevocation(), revocation());
            case EVENT -> new Message.Event(id(), id(), dict(), payload());
            case EVENT_RECEIVED -> new Message.EventReceived(id());
            case CALL -> new Message.Call(id(), dict(), uri(), payload());
            case CANCEL -> new Message.Cancel(id(), dict());
            case RESULT -> new Message.Result(id(), dict(), payload());
            case REGISTER -> new Message.Register(id(), dict(), uri());
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
        long number = whole();
        long most = least == 0 ? 0 : MAX_ID;
        if (number < least || number > most) {
            throw violation(expected, found());
        }
        element++;
        return number;
    }

    private int requestType() {
        long code = whole();
        if (!isRequest(code)) {
            throw violation("the code of a request", found());
        }
        element++;
        return (int) code;
    }

    /** Whether an ERROR can answer it; the specification has neither CANCEL nor YIELD here, but there are routers that do. */
    private static boolean isRequest(long code) {
        return code == Message.Call.CODE
                || code == Message.Invocation.CODE
                || code == Message.Publish.CODE
                || code == Message.Subscribe.CODE
                || code == Message.Unsubscribe.CODE
                || code == Message.Cancel.CODE
                || code == Message.Register.CODE
                || code == Message.Unregister.CODE
                || code == Message.Yield.CODE;
    }

    /** The value of a whole number, or {@link #NOT_WHOLE}; JavaScript peers send great ones as floats. */
    private long whole() {
        Kind kind = kindAt(element);
        if (kind == Kind.INTEGER) {
            return check.fact(element);
        }
        if (kind == Kind.FLOAT) {
            head(element);
            double real = tokens.real();
            return real == Math.rint(real) && Math.abs(real) <= MAX_ID ? (long) real : NOT_WHOLE;
        }
        return NOT_WHOLE;
    }

    /** A topic, a procedure or an error, or part of such a one. */
    private String uri() {
        return text(true);
    }

    private String text() {
        return text(false);
    }

    private String text(boolean likelyAgain) {
        Kind kind = kindAt(element);
        if (kind != Kind.TEXT) {
            throw violation("a string", kind.words);
        }
        long place = check.fact(element);
        String text;
        if (place < 0 || !likelyAgain) {
            head(element);
            text = tokens.text();
        } else {
            text = texts.text(tokens.bytes, (int) (place >>> Integer.SIZE), (int) place);
        }
        element++;
        return text;
    }

    private @Nullable String textOrNull() {
        if (kindAt(element) == Kind.NULL) {
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
        int count = (int) check.fact(element);
        dict = count == 0 ? Dict.EMPTY : entries(count);
        element++;
        return dict;
    }

    private Dict entries(int count) {
        int bytes = check.end(element) - check.start(element);
        head(element);
        int announced = tokens.size;
        if (count > FEW) {
            return Dict.read(place(), tokens.dict(announced), bytes);
        }
        String[] keys = new String[count];
        @Nullable Object[] values = new Object[count];
        for (int i = 0; tokens.more(Kind.DICT, announced, i); i++) {
            tokens.key();
            keys[i] = tokens.text(texts);
            values[i] = tokens.value();
        }
        return Dict.read(place(), keys, values, bytes);
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
        return check.fact(index) > 0;
    }

    private Payload slice(int first, int last, int elements) {
        return Payload.view(format, tokens.bytes, check.start(first), check.end(last), elements);
    }

    private Payload behindEmptyList(int kwargs) {
        TokenWriter out = TokenWriter.ofPayload(format);
        out.list(0);
        out.end(Kind.LIST);
        out.beforeCopy();
        out.octets(tokens.bytes, check.start(kwargs), check.end(kwargs));
        return Payload.owned(format, out.written(), 2);
    }

    // ---- places

    /** What an element is; one that is not there is null. */
    private Kind kindAt(int index) {
        return index < check.elements() ? check.kind(index) : Kind.NULL;
    }

    /** Reads an element that is there, or the head of it. */
    private void head(int index) {
        tokens.moveTo(check.start(index));
        tokens.next();
    }

    private String found() {
        Kind kind = kindAt(element);
        return kind == Kind.INTEGER ? Long.toString(check.fact(element)) : kind.words;
    }

    private String place() {
        return shape == null ? "message[" + element + "]" : shape.places[element];
    }

    private ProtocolViolation violation(String expected, String found) {
        return new ProtocolViolation(place(), expected, found);
    }
}
