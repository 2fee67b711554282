package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** The codec of any format: the formats differ in their tokens only. */
record WireCodec(Format format) implements Codec {

    @Override
    public Message read(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        MessageReader reader = CodecTools.ofThread().reader(format);
        try {
            return reader.read(bytes, from, to);
        } finally {
            reader.forget();
        }
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        CodecTools tools = CodecTools.ofThread();
        MessageWriter writer = tools.takeWriter(format);
        try {
            writer.write(message, out);
        } finally {
            tools.giveBack(writer);
        }
    }

    @Override
    public void write(Message message, Room room) {
        CodecTools tools = CodecTools.ofThread();
        MessageWriter writer = tools.takeWriter(format);
        try {
            writer.write(message, room);
        } finally {
            tools.giveBack(writer);
        }
    }
}
