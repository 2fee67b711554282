package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import org.jspecify.annotations.Nullable;

/**
 * What one thread reads and writes messages of one format with, made when it is first needed and used again for each message:
 * there is nothing to allocate then but what the message itself is made of. After each use a tool forgets what it had; what a
 * large message has made large is let go, so that a thread holds at most some {@link #KEPT} bytes for each.
 */
final class CodecTools {
    /** So many bytes of working memory a tool keeps for the next message. */
    static final int KEPT = 1 << 16;

    private static final ThreadLocal<KnownTexts> TEXTS = ThreadLocal.withInitial(KnownTexts::new);

    // One lookup leads to those of a format.
    private static final ThreadLocal<CodecTools> JSON = ThreadLocal.withInitial(() -> new CodecTools(Format.JSON));
    private static final ThreadLocal<CodecTools> MSGPACK = ThreadLocal.withInitial(() -> new CodecTools(Format.MSGPACK));
    private static final ThreadLocal<CodecTools> CBOR = ThreadLocal.withInitial(() -> new CodecTools(Format.CBOR));

    private final Format format;
    private final MessageReader reader;
    /** Null while somebody writes with it. */
    private @Nullable MessageWriter writer;

    private CodecTools(Format format) {
        this.format = format;
        this.reader = new MessageReader(format, TEXTS.get());
    }

    /** Those of each thread, for a format. */
    static ThreadLocal<CodecTools> of(Format format) {
        return switch (format) {
            case JSON -> JSON;
            case MSGPACK -> MSGPACK;
            case CBOR -> CBOR;
        };
    }

    /** The reader; it calls nobody, so that it is never asked for while it reads. */
    MessageReader reader() {
        return reader;
    }

    /**
     * A writer, to be {@linkplain #giveBack given back}. The stream that it writes to and the beans that it is given may write
     * messages themselves: they get another one.
     */
    MessageWriter takeWriter() {
        MessageWriter taken = writer;
        writer = null;
        return taken == null ? new MessageWriter(format) : taken;
    }

    /** Puts a writer away for the next message. */
    void giveBack(MessageWriter used) {
        used.forget();
        writer = used;
    }
}
