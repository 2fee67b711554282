package io.bailiwick.router.codec;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages in one format: the header into memory, then header, payload and end to the stream, so that nothing is on
 * the stream when a value turns out to have no form; all in one piece when it is short. Into a {@link Codec.Room} all of it is
 * written at once. For one message after another, on one thread.
 */
final class MessageWriter {
    /** Payloads of so many bytes go to the stream with their header: a second copy costs less than a second write. */
    private static final int SHORT = 1 << 10;

    private final Format format;
    private final TokenWriter header;
    private Payload payload = Payload.EMPTY;
    /** For payloads of other formats, once there was one. */
    private @Nullable Transcoder transcoder;

    MessageWriter(Format format) {
        this.format = format;
        this.header = TokenWriter.of(format, false);
    }

    /** Writes one message. */
    void write(Message message, OutputStream out) throws IOException {
        header.begin();
        header(message);
        if (!payload.isEmpty()) {
            header.beforeCopy();
            if (payload.format() != format) {
                header.flushTo(out);
                transcoder().flushTo(out);
            } else if (payload.length() <= SHORT) {
                header.octets(payload);
            } else {
                header.flushTo(out);
                payload.copyTo(out);
            }
        }
        header.end(TokenReader.Kind.LIST);
        header.flushTo(out);
    }

    /** Writes one message into a room, header and payload. */
    void write(Message message, Codec.Room room) {
        header.beginIn(room.array(), room.taken());
        header(message);
        if (!payload.isEmpty()) {
            header.beforeCopy();
            if (payload.format() == format) {
                header.octets(payload);
            } else {
                transcoder().copyTo(header);
            }
        }
        header.end(TokenReader.Kind.LIST);
        header.giveTo(room);
    }

    /** Lets go of the message that was written last. */
    void forget() {
        payload = Payload.EMPTY;
        header.forget();
        if (transcoder != null) {
            transcoder.forget();
        }
    }

    /** The bytes of working memory that it has now. */
    int kept() {
        return header.kept() + payload.length() + (transcoder == null ? 0 : transcoder.kept());
    }

    private Transcoder transcoder() {
        if (transcoder == null) {
            transcoder = new Transcoder(format);
        }
        return transcoder;
    }

    private void header(Message message) {
        switch (message.code()) {
            case Message.Hello.CODE -> header((Message.Hello) message);
            case Message.Welcome.CODE -> header((Message.Welcome) message);
            case Message.Abort.CODE -> header((Message.Abort) message);
            case Message.Challenge.CODE -> header((Message.Challenge) message);
            case Message.Authenticate.CODE -> header((Message.Authenticate) message);
            case Message.Goodbye.CODE -> header((Message.Goodbye) message);
            case Message.ErrorReply.CODE -> header((Message.ErrorReply) message);
            case Message.Publish.CODE -> header((Message.Publish) message);
            case Message.Published.CODE -> header((Message.Published) message);
            case Message.Subscribe.CODE -> header((Message.Subscribe) message);
            case Message.Subscribed.CODE -> header((Message.Subscribed) message);
            case Message.Unsubscribe.CODE -> header((Message.Unsubscribe) message);
            case Message.Unsubscribed.CODE -> header((Message.Unsubscribed) message);
            case Message.Event.CODE -> header((Message.Event) message);
            case Message.EventReceived.CODE -> header((Message.EventReceived) message);
            case Message.Call.CODE -> header((Message.Call) message);
            case Message.Cancel.CODE -> header((Message.Cancel) message);
            case Message.Result.CODE -> header((Message.Result) message);
            case Message.Register.CODE -> header((Message.Register) message);
            case Message.Registered.CODE -> header((Message.Registered) message);
            case Message.Unregister.CODE -> header((Message.Unregister) message);
            case Message.Unregistered.CODE -> header((Message.Unregistered) message);
            case Message.Invocation.CODE -> header((Message.Invocation) message);
            case Message.Interrupt.CODE -> header((Message.Interrupt) message);
            case Message.Yield.CODE -> header((Message.Yield) message);
            default -> throw new IllegalArgumentException("expected a WAMP message, but found code " + message.code());
        }
    }

    private void header(Message.Hello message) {
        start(message, 3).text(message.realm()).dict(message.details());
    }

    private void header(Message.Welcome message) {
        start(message, 3).id(message.session()).dict(message.details());
    }

    private void header(Message.Abort message) {
        start(message, 3).dict(message.details()).text(message.reason());
    }

    private void header(Message.Challenge message) {
        start(message, 3).text(message.authmethod()).dict(message.extra());
    }

    private void header(Message.Authenticate message) {
        start(message, 3).text(message.signature()).dict(message.extra());
    }

    private void header(Message.Goodbye message) {
        start(message, 3).dict(message.details()).text(message.reason());
    }

    private void header(Message.ErrorReply message) {
        start(message, 5, message.payload())
                .id(message.requestType())
                .id(message.request())
                .dict(message.details())
                .text(message.error());
    }

    private void header(Message.Publish message) {
        start(message, 4, message.payload())
                .id(message.request())
                .dict(message.options())
                .text(message.topic());
    }

    private void header(Message.Published message) {
        start(message, 3).id(message.request()).id(message.publication());
    }

    private void header(Message.Subscribe message) {
        start(message, 4).id(message.request()).dict(message.options()).text(message.topic());
    }

    private void header(Message.Subscribed message) {
        start(message, 3).id(message.request()).id(message.subscription());
    }

    private void header(Message.Unsubscribe message) {
        ending(message, message.request(), message.subscription(), message.options());
    }

    private void header(Message.Unsubscribed message) {
        acknowledgement(message, message.request(), message.details());
    }

    /** The end of a subscription or registration: with a dictionary only where there is something in it. */
    private void ending(Message message, long request, long ended, Dict options) {
        MessageWriter out =
                start(message, options.isEmpty() ? 3 : 4).id(request).id(ended);
        if (!options.isEmpty()) {
            out.dict(options);
        }
    }

    private void header(Message.Event message) {
        start(message, 4, message.payload())
                .id(message.subscription())
                .id(message.publication())
                .dict(message.details());
    }

    private void header(Message.EventReceived message) {
        start(message, 2).id(message.publication());
    }

    private void header(Message.Call message) {
        start(message, 4, message.payload())
                .id(message.request())
                .dict(message.options())
                .text(message.procedure());
    }

    private void header(Message.Cancel message) {
        start(message, 3).id(message.request()).dict(message.options());
    }

    private void header(Message.Result message) {
        start(message, 3, message.payload()).id(message.request()).dict(message.details());
    }

    private void header(Message.Register message) {
        start(message, 4).id(message.request()).dict(message.options()).text(message.procedure());
    }

    private void header(Message.Registered message) {
        start(message, 3).id(message.request()).id(message.registration());
    }

    private void header(Message.Unregister message) {
        ending(message, message.request(), message.registration(), message.options());
    }

    private void header(Message.Unregistered message) {
        acknowledgement(message, message.request(), message.details());
    }

    private void header(Message.Invocation message) {
        start(message, 4, message.payload())
                .id(message.request())
                .id(message.registration())
                .dict(message.details());
    }

    private void header(Message.Interrupt message) {
        start(message, 3).id(message.request()).dict(message.options());
    }

    private void header(Message.Yield message) {
        start(message, 3, message.payload()).id(message.request()).dict(message.options());
    }

    /** A request of 0 makes it a revocation, which has details. */
    private void acknowledgement(Message message, long request, Dict details) {
        if (request == 0) {
            start(message, 3).id(0).dict(details);
        } else {
            start(message, 2).id(request);
        }
    }

    // ---- elements

    private MessageWriter start(Message message, int elements) {
        return start(message, elements, Payload.EMPTY);
    }

    /** The head and the code of a message of so many elements before the arguments. */
    private MessageWriter start(Message message, int elements, Payload arguments) {
        payload = arguments;
        if (!arguments.isEmpty() && arguments.format() != format) {
            transcoder().transcode(arguments);
        }
        header.list(elements + payload.elements());
        return id(message.code());
    }

    private MessageWriter id(long id) {
        header.integer(id);
        return this;
    }

    private MessageWriter text(@Nullable String text) {
        if (text == null) {
            header.nothing();
        } else {
            header.text(text);
        }
        return this;
    }

    private MessageWriter dict(Dict dict) {
        header.dict(dict.entries());
        return this;
    }
}
