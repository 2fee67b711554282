package io.bailiwick.bench.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * One connection. Its first message says what it is: {@code P} (sender) or {@code S} (receiver), the number of its group, a
 * blank, and how many octets a message has that it gets, to which longer ones are cut at their beginning; or {@code V} and a public key, a signature and what was signed, which is verified: the floor of a login. The message comes
 * back as the answer.
 */
final class Member extends ChannelInboundHandlerAdapter {
    private static final int LENGTH = 4;

    private final Switchboard switchboard;
    private final boolean webSocket;
    private @Nullable Channel channel;
    private Switchboard.@Nullable Group group;
    private boolean sender;
    private boolean dirty;

    Member(Switchboard switchboard, boolean webSocket) {
        this.switchboard = switchboard;
        this.webSocket = webSocket;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (channel == null) {
            channel = context.channel();
        }
        // With the length in front, or the content of a WebSocket frame.
        ByteBuf frame = webSocket ? ((BinaryWebSocketFrame) message).content() : (ByteBuf) message;
        try {
            if (group == null) {
                hello(frame);
            } else {
                cut(frame, group.passedOn(sender));
                for (Member other : group.others(sender)) {
                    other.send(frame);
                }
            }
        } finally {
            frame.release();
        }
    }

    private void hello(ByteBuf frame) {
        int at = frame.readerIndex() + (webSocket ? 0 : LENGTH);
        char kind = (char) frame.getByte(at);
        if (kind == 'V') {
            verify(frame, at + 1);
        } else {
            String text = frame.toString(at + 1, frame.writerIndex() - at - 1, StandardCharsets.US_ASCII);
            int blank = text.indexOf(' ');
            sender = kind == 'P';
            group = switchboard.group(Integer.parseInt(text.substring(0, blank)));
            group.add(this, sender, Integer.parseInt(text.substring(blank + 1)));
        }
        send(frame);
    }

    /** A CALL is longer than the INVOCATION that it becomes, a PUBLISH longer than its EVENT. */
    private void cut(ByteBuf frame, int octets) {
        int over = frame.readableBytes() - (webSocket ? 0 : LENGTH) - octets;
        if (over > 0) {
            frame.skipBytes(over);
            if (!webSocket) {
                frame.setInt(frame.readerIndex(), octets);
            }
        }
    }

    private static void verify(ByteBuf frame, int at) {
        byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        frame.getBytes(at, key).getBytes(at + key.length, signature);
        int from = at + key.length + signature.length;
        byte[] signed = new byte[frame.writerIndex() - from];
        frame.getBytes(from, signed);
        if (!Ed25519.verify(signature, 0, key, 0, signed, 0, signed.length)) {
            throw new IllegalStateException("expected a signature of that key, but found another");
        }
    }

    /** Writes a frame, unless this peer reads too slowly for it. */
    private void send(ByteBuf frame) {
        Channel to = channel;
        if (to == null || !to.isWritable()) {
            return;
        }
        ByteBuf shared = frame.retainedDuplicate();
        to.write(webSocket ? new BinaryWebSocketFrame(shared) : shared, to.voidPromise());
        if (!dirty) {
            dirty = true;
            switchboard.touched(this);
        }
    }

    /** The channel, which is flushed now. */
    Channel flushed() {
        dirty = false;
        if (channel == null) {
            throw new IllegalStateException("expected a member that was written to, but found one without a channel");
        }
        return channel;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (group != null) {
            group.own(sender).remove(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.err.println("relay: " + cause);
        context.close();
    }
}
