package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The codec of any format: the formats differ in their tokens only. */
record WireCodec(Format format) implements Codec {

    @Override
    public Message read(ByteBuffer frame) {
        byte[] bytes;
        int from = 0;
        if (frame.hasArray()) {
            bytes = frame.array();
            from = frame.arrayOffset() + frame.position();
        } else {
            bytes = new byte[frame.remaining()];
            frame.get(frame.position(), bytes);
        }
        return MessageReader.read(format, TokenReader.of(format, bytes, from, from + frame.remaining()));
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        MessageWriter.write(format, message, out);
    }
}
