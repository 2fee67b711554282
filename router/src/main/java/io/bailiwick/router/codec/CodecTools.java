package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    private final Map<Format, Pair> pairs = new EnumMap<>(Format.class);

    /** What a format is read and written with. */
    private static final class Pair {
        private final MessageReader reader;
        /** Null while somebody writes with it. */
        private @Nullable MessageWriter writer;

        Pair(MessageReader reader) {
            this.reader = reader;
        }
    }

    /** Those of the thread that asks. */
    static CodecTools ofThread() {
        return OF_THREAD.get();
    }

    private Pair pair(Format format) {
        Pair pair = pairs.get(format);
        if (pair == null) {
            pair = new Pair(new MessageReader(format, texts));
            pairs.put(format, pair);
        }
        return pair;
    }

    /** The reader of a format; it calls nobody, so that it is never asked for while it reads. */
    MessageReader reader(Format format) {
        return pair(format).reader;
    }

    /**
     * A writer of a format, to be {@linkplain #giveBack given back}. The stream that it writes to and the beans that it is
     * given may write messages themselves: they get another one.
     */
    MessageWriter takeWriter(Format format) {
        Pair pair = pair(format);
        MessageWriter writer = pair.writer;
        pair.writer = null;
        return writer == null ? new MessageWriter(format) : writer;
    }

    /** Puts a writer away for the next message. */
    void giveBack(MessageWriter writer) {
        writer.forget();
        pair(writer.format()).writer = writer;
    }
}
