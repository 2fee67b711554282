package io.bailiwick.router.transport;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.frame.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the EVENT that a thread sends to one receiver after another. Receivers that read the same format in the same
 * framing are written the same octets: these are encoded once and shared, whichever loops write them.
 *
 * <p>One for each thread of a network, which keeps it until it sends the next EVENT or ends. Other threads share nothing.
 */
final class EventFrames {
    /** Those with longer payloads are encoded for each receiver: about so much stays with a thread for each format and framing. */
    private static final int LONGEST = 1 << 20;

    private static final FastThreadLocal<EventFrames> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected EventFrames initialValue() {
            return new EventFrames();
        }

        @Override
        protected void onRemoval(EventFrames frames) {
            frames.take(null);
        }
    };

    private final List<Shared> all = new ArrayList<>();
    private Message.@Nullable Event event;

    private record Shared(Format format, Framing framing, ByteBuf frame) {
        boolean isFor(Format otherFormat, Framing otherFraming) {
            return format == otherFormat && framing.equals(otherFraming);
        }
    }

    /**
     * The frame of an EVENT, for one receiver more. It is lent, until this thread sends another EVENT, and its indexes are to
     * stay as they are.
     *
     * @return null when it is not shared, as that of the first receiver, since most events have no other
     */
    static @Nullable ByteBuf of(Message.Event event, Outbox receiver) {
        if (!receiver.framing().isShareable() || !(Thread.currentThread() instanceof FastThreadLocalThread)) {
            return null;
        }
        return OF_THREAD.get().frame(event, receiver);
    }

    private @Nullable ByteBuf frame(Message.Event sent, Outbox receiver) {
        if (!isLast(sent)) {
            take(sent.payload().length() > LONGEST ? null : sent);
            return null;
        }
        ByteBuf frame = null;
        for (int i = 0; i < all.size() && frame == null; i++) {
            Shared each = all.get(i);
            frame = each.isFor(receiver.format(), receiver.framing()) ? each.frame() : null;
        }
        if (frame == null) {
            frame = receiver.framing()
                    .message(receiver.encoded(sent), receiver.format().isText());
            all.add(new Shared(receiver.format(), receiver.framing(), frame));
        }
        return frame.readableBytes() <= receiver.maxMessage() ? frame : null;
    }

    @SuppressWarnings(
            "ReferenceEquality") // The very same one, as who publishes to many sends it; no look at what is in it.
    private boolean isLast(Message.Event sent) {
        return sent == event;
    }

    private void take(Message.@Nullable Event next) {
        event = next;
        all.forEach(shared -> shared.frame().release());
        all.clear();
    }
}
