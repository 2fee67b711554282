package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** The codec of any format: the formats differ in their tokens only. */
final class WireCodec implements Codec {
    private final Format format;
    private final ThreadLocal<CodecTools> ofThread;

    WireCodec(Format format) {
        this.format = format;
        this.ofThread = CodecTools.of(format);
    }

    @Override
    public Format format() {
        return format;
    }

    @Override
    public Message read(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        MessageReader reader = ofThread.get().reader();
        try {
            return reader.read(bytes, from, to);
        } finally {
            reader.forget();
        }
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        CodecTools tools = ofThread.get();
        MessageWriter writer = tools.takeWriter();
        try {
            writer.write(message, out);
        } finally {
            tools.giveBack(writer);
        }
    }

    @Override
    public void write(Message message, Room room) {
        CodecTools tools = ofThread.get();
        MessageWriter writer = tools.takeWriter();
        try {
            writer.write(message, room);
        } finally {
            tools.giveBack(writer);
        }
    }
}
