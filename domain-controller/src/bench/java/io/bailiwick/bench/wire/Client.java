package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One connection of the generator. On its loop. What is written is collected and leaves at the end of a read. */
public final class Client extends ChannelInboundHandlerAdapter {
    private final Generator generator;
    private final int number;
    private final Wire wire;
    private final Dialect dialect;
    private final Part part;
    private final Ear ear;
    private final CompletableFuture<Client> joined = new CompletableFuture<>();
    private final Map<Long, CompletableFuture<Void>> unconfirmed = new HashMap<>();
    private @Nullable Channel channel;
    private @Nullable ByteBuf out;
    private @Nullable ByteBuf rest;
    private boolean greeted;
    private boolean closing;
    private long requests;
    private int place;

    Client(Generator generator, int number, Wire wire, Dialect dialect, Part part, Ear ear) {
        this.generator = generator;
        this.number = number;
        this.wire = wire;
        this.dialect = dialect;
        this.part = part;
        this.ear = ear;
    }

    /** Its number, of its own among all of a generator. */
    public int number() {
        return number;
    }

    /** The group that it belongs to. */
    public int group() {
        return part.group();
    }

    /** Offers the procedure of its group. */
    public CompletableFuture<Void> register() {
        long request = nextRequest();
        CompletableFuture<Void> done = expect(request);
        dialect.register(this, request, part.group());
        return done;
    }

    /**
     * Subscribes.
     *
     * @param match exact, prefix or wildcard
     */
    public CompletableFuture<Void> subscribe(String topic, String match) {
        long request = nextRequest();
        CompletableFuture<Void> done = expect(request);
        dialect.subscribe(this, request, topic, match);
        return done;
    }

    private CompletableFuture<Void> expect(long request) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        unconfirmed.put(request, done);
        return done;
    }

    /** Calls the procedure of its group, with a number that it chooses. */
    public void call(long id) {
        dialect.call(this, id, part.group());
    }

    /** Calls a procedure of somebody else's, without arguments, with a number that it chooses. */
    public void call(long id, String procedure) {
        dialect.call(this, id, procedure);
    }

    /** Answers the call that is being heard. */
    public void answer(long id) {
        dialect.answer(this, id);
    }

    /** Publishes an event with a number. */
    public void publish(byte[] topic, long eventNumber) {
        dialect.publish(this, topic, eventNumber);
    }

    /** Sends a message as it is. */
    public void send(byte[] message) {
        ByteBuf bytes = out();
        int mark = wire.begin(bytes);
        bytes.writeBytes(message);
        wire.end(bytes, mark);
    }

    /** Its place in its group: whatever the load that it belongs to makes of it. */
    public int place() {
        return place;
    }

    /** Gives it a place. */
    public void take(int newPlace) {
        place = newPlace;
    }

    /** Reads no more, or again. */
    public void reading(boolean wanted) {
        channel().config().setAutoRead(wanted);
    }

    /** Ends the connection; that is no failure. */
    public void close() {
        closing = true;
        if (channel != null) {
            channel.close();
        }
    }

    // For the dialects.

    Wire wire() {
        return wire;
    }

    /** Requests that are confirmed, and publications, are counted from 1; calls have a count of their own. */
    long nextRequest() {
        return ++requests;
    }

    /** Where the next message is written. */
    ByteBuf out() {
        if (out == null) {
            out = channel().alloc().directBuffer(1024);
            generator.touched(this);
        }
        return out;
    }

    void joined() {
        joined.complete(this);
    }

    void confirmed(long request) {
        CompletableFuture<Void> done = unconfirmed.remove(request);
        if (done != null) {
            done.complete(null);
        }
    }

    void asked(long id) {
        ear.asked(this, id);
    }

    void answered(long id) {
        ear.answered(this, id);
    }

    void heard(long eventNumber) {
        ear.heard(this, eventNumber);
    }

    void failed(String reason) {
        if (closing) {
            return;
        }
        IllegalStateException failure = new IllegalStateException(reason);
        joined.completeExceptionally(failure);
        unconfirmed.values().forEach(each -> each.completeExceptionally(failure));
        ear.failed(this, reason);
    }

    // For the generator.

    CompletableFuture<Client> whenJoined() {
        return joined;
    }

    /** Sends what was written. */
    void flush() {
        ByteBuf bytes = out;
        out = null;
        if (bytes != null) {
            channel().writeAndFlush(bytes, channel().voidPromise());
        }
    }

    private Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("expected a connection, but there is none yet");
        }
        return channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        wire.greet(out());
        proceed(Unpooled.EMPTY_BUFFER, false);
        generator.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = rest;
        if (before != null) {
            before.writeBytes(in);
            in.release();
            in = before;
            rest = null;
        }
        proceed(in, before != null);
    }

    private void proceed(ByteBuf in, boolean ours) {
        try {
            while (greeted || wire.greeted(in)) {
                if (!greeted) {
                    greeted = true;
                    dialect.open(this);
                }
                int length = wire.frame(in);
                if (length == 0) {
                    break;
                }
                int start = in.readerIndex();
                if (!wire.isControl(in, length, this)) {
                    dialect.received(this, in, start + wire.body(), start + length);
                }
                in.readerIndex(start + length);
            }
            keep(in, ours);
        } catch (RuntimeException broken) {
            in.release();
            failed(broken.toString());
            close();
        }
    }

    /** Keeps what is not yet a whole frame, in a buffer of its own that may grow. */
    private void keep(ByteBuf in, boolean ours) {
        if (ours && in.isReadable()) {
            rest = in.discardReadBytes();
            return;
        }
        if (in.isReadable()) {
            ByteBuf own = in.alloc().directBuffer(Math.max(1024, 2 * in.readableBytes()));
            own.writeBytes(in);
            rest = own;
        }
        in.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        generator.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (rest != null) {
            rest.release();
            rest = null;
        }
        failed("the server ended the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause.toString());
        context.close();
    }
}
