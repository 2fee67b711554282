package io.bailiwick.router.transport.tls;

import io.bailiwick.router.link.ChannelSecurity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and decrypts the octets of one connection with Bouncy Castle's TLS, as {@code SslHandler} does with that of the JDK.
 * At either end, on the channel's loop. It has no deadline: a connection has one of its own until it is a link.
 */
final class BouncyCastleHandler extends ChannelDuplexHandler {
    /** What is encrypted at a time of a larger message. */
    private static final int PART = 1 << 16;

    /** Lets a protocol begin. */
    @FunctionalInterface
    private interface Beginning {
        void begin() throws IOException;
    }

    private final TlsProtocol protocol;
    private final Beginning beginning;
    private final Supplier<ChannelSecurity> security;
    private @Nullable ChannelHandlerContext context;
    /** What is to be written once the handshake is done. */
    private @Nullable PendingWriteQueue waiting;

    private boolean begun;
    private boolean handshakeDone;

    private BouncyCastleHandler(TlsProtocol protocol, Beginning beginning, Supplier<ChannelSecurity> security) {
        this.protocol = protocol;
        this.beginning = beginning;
        this.security = security;
    }

    /** The accepting end. */
    static BouncyCastleHandler accepting(BouncyCastleServer server) {
        TlsServerProtocol protocol = new TlsServerProtocol();
        return new BouncyCastleHandler(protocol, () -> protocol.accept(server), server::security);
    }

    /** The connecting end. */
    static BouncyCastleHandler connecting(BouncyCastleClient client) {
        TlsClientProtocol protocol = new TlsClientProtocol();
        return new BouncyCastleHandler(protocol, () -> protocol.connect(client), client::security);
    }

    ChannelSecurity security() {
        return security.get();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws IOException {
        context = added;
        waiting = new PendingWriteQueue(added);
        if (added.channel().isActive()) {
            begin(added);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws IOException {
        begin(ctx);
        ctx.fireChannelActive();
    }

    /** The client has the first word. */
    private void begin(ChannelHandlerContext ctx) throws IOException {
        if (!begun) {
            begun = true;
            beginning.begin();
            if (protocol.getAvailableOutputBytes() > 0) {
                ctx.writeAndFlush(output(ctx));
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        byte[] octets;
        try {
            octets = ByteBufUtil.getBytes((ByteBuf) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
        if (protocol.isClosed()) {
            return;
        }
        try {
            protocol.offerInput(octets);
        } catch (IOException e) {
            // The alert that says why is among the output.
            ctx.writeAndFlush(output(ctx));
            ctx.fireExceptionCaught(new SSLException(e));
            ctx.close();
            return;
        }
        if (protocol.getAvailableOutputBytes() > 0) {
            ctx.writeAndFlush(output(ctx));
        }
        deliver(ctx);
        if (protocol.isClosed()) {
            ctx.close();
        }
    }

    private void deliver(ChannelHandlerContext ctx) {
        if (!handshakeDone && protocol.isConnected() && !protocol.isHandshaking()) {
            handshakeDone = true;
            ctx.fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
            writeWaiting(ctx);
        }
        int available = protocol.getAvailableInputBytes();
        if (available > 0) {
            ByteBuf plain = ctx.alloc().buffer(available);
            protocol.readInput(plain.nioBuffer(0, available), available);
            ctx.fireChannelRead(plain.writerIndex(available));
        }
    }

    private void writeWaiting(ChannelHandlerContext ctx) {
        PendingWriteQueue queue = Objects.requireNonNull(waiting);
        for (Object next = queue.current(); next != null; next = queue.current()) {
            ByteBuf plain = ((ByteBuf) next).retain();
            write(ctx, plain, queue.remove());
        }
        ctx.flush();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!handshakeDone) {
            Objects.requireNonNull(waiting).add(message, promise);
            return;
        }
        ByteBuf plain = (ByteBuf) message;
        try {
            byte[] part = new byte[Math.min(PART, plain.readableBytes())];
            while (plain.readableBytes() > PART) {
                ctx.write(encrypt(ctx, plain, part, PART));
            }
            ctx.write(encrypt(ctx, plain, part, plain.readableBytes()), promise);
        } catch (IOException | IllegalStateException e) {
            promise.tryFailure(e);
        } finally {
            plain.release();
        }
    }

    private ByteBuf encrypt(ChannelHandlerContext ctx, ByteBuf plain, byte[] part, int length) throws IOException {
        plain.readBytes(part, 0, length);
        protocol.writeApplicationData(part, 0, length);
        return output(ctx);
    }

    private ByteBuf output(ChannelHandlerContext ctx) {
        int length = protocol.getAvailableOutputBytes();
        ByteBuf output = ctx.alloc().ioBuffer(length);
        protocol.readOutput(output.nioBuffer(0, length), length);
        return output.writerIndex(length);
    }

    /** Says that nothing more will come. */
    ChannelFuture closeOutbound() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("expected a handler in a pipeline, but found one that was never added");
        }
        endProtocol();
        return ctx.writeAndFlush(output(ctx));
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        endProtocol();
        ctx.writeAndFlush(output(ctx));
        ctx.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        endProtocol();
        Objects.requireNonNull(waiting).removeAndFailAll(new ClosedChannelException());
        ctx.fireChannelInactive();
    }

    private void endProtocol() {
        if (!begun) {
            return;
        }
        try {
            protocol.close();
        } catch (IOException e) {
            // It is closed either way.
        }
    }
}
