package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import java.util.EnumMap;
import java.util.Map;

/**
 * What one thread reads and writes messages with, made when it is first needed and used again for each message: there is
 * nothing to allocate then but what the message itself is made of. After each use a tool forgets what it had; what a large
 * message has made large is let go, so that a thread holds at most some {@link #KEPT} bytes for each.
 */
final class CodecTools {
    /** So many bytes of working memory a tool keeps for the next message. */
    static final int KEPT = 1 << 16;

    private static final ThreadLocal<CodecTools> OF_THREAD = ThreadLocal.withInitial(CodecTools::new);

    private final KnownTexts texts = new KnownTexts();
    private final Map<Format, MessageReader> readers = new EnumMap<>(Format.class);
    private final Map<Format, MessageWriter> writers = new EnumMap<>(Format.class);

    /** Those of the thread that asks. */
    static CodecTools ofThread() {
        return OF_THREAD.get();
    }

    /** The reader of a format; it calls nobody, so that it is never asked for while it reads. */
    MessageReader reader(Format format) {
        MessageReader reader = readers.get(format);
        if (reader == null) {
            reader = new MessageReader(format, texts);
            readers.put(format, reader);
        }
        return reader;
    }

    /**
     * A writer of a format, to be {@linkplain #giveBack given back}. The stream that it writes to and the beans that it is
     * given may write messages themselves: they get another one.
     */
    MessageWriter takeWriter(Format format) {
        MessageWriter writer = writers.remove(format);
        return writer == null ? new MessageWriter(format) : writer;
    }

    /** Puts a writer away for the next message. */
    void giveBack(MessageWriter writer) {
        writer.forget();
        writers.put(writer.format(), writer);
    }
}
