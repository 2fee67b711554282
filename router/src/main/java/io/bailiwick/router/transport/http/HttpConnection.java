package io.bailiwick.router.transport.http;

import io.bailiwick.router.link.Traffic;
import io.bailiwick.router.transport.http.HttpHead.Fault;
import io.bailiwick.router.transport.http.HttpRoute.Reply;
import io.bailiwick.router.transport.http.HttpRoute.Request;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that speaks HTTP: one request after the other, each answered before the next one is read. What a client
 * sends behind a request that is not answered yet is thrown away, and the connection is closed behind the answer, as RFC
 * 9112, section 9.3.2, has it. What the listener itself refuses closes the connection too: the rest of it is not worth
 * reading.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    private enum State {
        HEAD,
        BODY,
        /** The whole request to upgrade is there, and it is not known yet whether something comes behind it. */
        UPGRADE,
        ANSWER
    }

    private final HttpSide side;
    private final HttpHost.Arrival arrival;
    private final HttpResponses responses;
    private final RequestBody body;
    private State state = State.HEAD;
    private boolean first = true;
    private boolean closeBehind;
    private @Nullable HttpHead head;
    private HttpSide.@Nullable Target target;
    private @Nullable CompletableFuture<Reply> answer;
    private @Nullable Future<?> timer;

    HttpConnection(HttpSide side, HttpHost.Arrival arrival) {
        this.side = side;
        this.arrival = arrival;
        this.responses = new HttpResponses(side, arrival.isTls());
        this.body = new RequestBody(side);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        arrival.onDeadline(() -> refuse(408, "The request did not come in time."));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        body.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!arrival.isOver() && message instanceof HttpObject part) {
                take(context, part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void take(ChannelHandlerContext context, HttpObject part) {
        if (state == State.ANSWER) {
            closeBehind = true;
            context.channel().config().setAutoRead(false);
        } else if (part.decoderResult().isFailure()) {
            Throwable cause = part.decoderResult().cause();
            int status = cause instanceof TooLongHttpLineException
                    ? 414
                    : cause instanceof TooLongHttpHeaderException ? 431 : 400;
            refuse(status, "This is not an HTTP/1.1 request as it should be.");
        } else if (state == State.HEAD && part instanceof HttpRequest request) {
            head(context, request);
        } else if (state == State.BODY && part instanceof HttpContent content) {
            body(context, content);
        } else {
            refuse(400, "A single request is expected.");
        }
    }

    /** Only now it is known that nothing was sent behind a request to upgrade. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        HttpHead asked = head;
        if (state == State.UPGRADE && asked != null && !arrival.isOver()) {
            state = State.ANSWER;
            stopTimer();
            Optional<String> carried = side.cookies().carriedBy(asked.request.headers());
            arrival.upgrade(context, asked.request, visitor(carried), () -> leave(context.pipeline()));
        }
        context.fireChannelReadComplete();
    }

    private void leave(ChannelPipeline pipeline) {
        pipeline.remove(this);
        pipeline.remove(HttpResponseEncoder.class);
        pipeline.remove(RequestDecoder.class);
    }

    // The head of a request.

    private void head(ChannelHandlerContext context, HttpRequest request) {
        stopTimer();
        if (!first) {
            timer = later(
                    context,
                    side.options().limits().requestDeadline(),
                    () -> refuse(408, "The request did not come in time."));
        }
        Optional<Fault> fault = HttpHead.faultOf(request);
        if (fault.isPresent()) {
            refuse(fault.get());
            return;
        }
        HttpHead now = HttpHead.of(request);
        head = now;
        String webSocket = side.host().webSocketPath();
        boolean upgrade = !webSocket.isEmpty() && now.path.equals(webSocket);
        Optional<HttpSide.Target> found = upgrade ? Optional.empty() : side.target(now.path);
        target = found.orElse(null);
        if (!upgrade && found.isEmpty()) {
            refuse(404, "There is nothing here.");
            return;
        }
        Set<String> methods = found.map(HttpSide.Target::methods).orElse(Set.of("GET"));
        Fault wrong = fault(now, methods, found.map(HttpSide.Target::maxBody).orElse(0));
        if (wrong != null) {
            refuse(
                    wrong,
                    HttpHeaderNames.ALLOW.toString(),
                    wrong.status() == 405 ? HttpResponses.allowed(methods) : "");
        } else {
            if (HttpUtil.is100ContinueExpected(request)) {
                context.writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            }
            state = State.BODY;
        }
    }

    private @Nullable Fault fault(HttpHead now, Set<String> methods, int maxBody) {
        HttpSide.Target here = target;
        boolean known = methods.contains(now.method) || (here != null && now.isHead() && methods.contains("GET"));
        if (!known && !now.isOptions()) {
            return new Fault(405, String.join(" or ", methods.stream().sorted().toList()) + " is expected.");
        } else if (!responses.isOriginAllowed(now)) {
            side.host().traffic().refused(Traffic.Refusal.ORIGIN);
            return new Fault(403, "Pages of this origin are not allowed here.");
        }
        return now.faultOfBody(maxBody, here == null ? Set.of() : here.mediaTypes())
                .orElse(null);
    }

    // The body.

    private void body(ChannelHandlerContext context, HttpContent part) {
        Optional<Fault> fault = body.add(context.alloc(), part.content(), target == null ? 0 : target.maxBody());
        if (fault.isPresent()) {
            refuse(fault.get());
        } else if (part instanceof LastHttpContent) {
            complete(context);
        }
    }

    private void complete(ChannelHandlerContext context) {
        HttpHead asked = head;
        if (asked == null) {
            throw new IllegalStateException("expected a head before the end of a body, but there was none");
        }
        if (target == null && !asked.isOptions()) {
            state = State.UPGRADE;
            return;
        }
        state = State.ANSWER;
        stopTimer();
        if (first) {
            first = false;
            arrival.settled();
        }
        if (asked.isOptions()) {
            write(context, responses.options(asked, target == null ? Set.of("GET") : target.methods()));
            return;
        }
        handle(context, asked);
    }

    private void handle(ChannelHandlerContext context, HttpHead asked) {
        HttpSide.Target here = target;
        if (here == null) {
            throw new IllegalStateException("expected a target of a whole request, but there was none");
        }
        Optional<String> carried = side.cookies().carriedBy(asked.request.headers());
        HttpHost.Visitor visitor =
                here.opensLink() ? visitor(carried) : new HttpHost.Visitor(carried, Optional.empty());
        CompletableFuture<Reply> reply = ask(here, asked, visitor);
        answer = reply;
        timer = later(context, side.options().limits().answerDeadline(), () -> {
            if (reply.complete(Reply.text(504, "The answer did not come in time."))) {
                log.info("{} was not answered in time", asked.path);
            }
        });
        reply.whenComplete((done, failure) -> context.executor().execute(() -> {
            if (failure == null) {
                Optional<String> cookie = done.status() == 200 ? visitor.setCookie() : Optional.empty();
                write(
                        context,
                        cookie.map(value -> done.with("Set-Cookie", value)).orElse(done));
            } else if (!reply.isCancelled()) {
                log.error("{} could not be answered", asked.path, failure);
                write(context, Reply.text(500, "The router failed to answer."));
            }
        }));
    }

    /** The reply to come; its end, however it comes about, ends what the route gave too. */
    private CompletableFuture<Reply> ask(HttpSide.Target here, HttpHead asked, HttpHost.Visitor visitor) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        Request request;
        try {
            request = asked.whole(body.octets(), arrival.peer(Optional.empty(), visitor.cookie()));
        } catch (IllegalArgumentException e) {
            log.debug("{} has a query that cannot be read", asked.path, e);
            reply.complete(Reply.text(400, "A query in percent-encoding is expected."));
            return reply;
        }
        CompletionStage<Reply> stage;
        try {
            stage = here.handling().handle(request, arrival);
        } catch (RuntimeException e) {
            reply.completeExceptionally(e);
            return reply;
        }
        stage.whenComplete((done, failure) -> {
            if (failure == null) {
                reply.complete(done);
            } else {
                reply.completeExceptionally(failure);
            }
        });
        reply.whenComplete((done, failure) -> stage.toCompletableFuture().cancel(false));
        return reply;
    }

    private HttpHost.Visitor visitor(Optional<String> carried) {
        if (!side.cookies().areGiven() || carried.isPresent()) {
            return new HttpHost.Visitor(carried, Optional.empty());
        }
        String value = Cookies.newValue();
        return new HttpHost.Visitor(
                Optional.of(value), Optional.of(side.cookies().header(value, arrival.isTls())));
    }

    // Answers.

    private void write(ChannelHandlerContext context, Reply reply) {
        stopTimer();
        answer = null;
        body.release();
        if (arrival.isOver() || !context.channel().isActive()) {
            return;
        }
        HttpHead asked = head;
        boolean keep = !closeBehind && asked != null && HttpUtil.isKeepAlive(asked.request);
        FullHttpResponse response = responses.of(reply, asked, keep);
        side.host().traffic().answered(reply.status());
        if (!keep) {
            context.channel().config().setAutoRead(true);
            arrival.refuse(response, "the last answer");
            return;
        }
        timer = later(context, side.options().limits().idle(), () -> arrival.cut("the client does not read"));
        // Who does not read an answer is not answered any further.
        context.writeAndFlush(response).addListener(end -> {
            stopTimer();
            if (closeBehind) {
                context.channel().config().setAutoRead(true);
                arrival.refuse(Unpooled.EMPTY_BUFFER, "more was sent before the answer");
            } else if (end.isSuccess()) {
                state = State.HEAD;
                timer = later(context, side.options().limits().idle(), () -> arrival.cut("no further request"));
            }
        });
    }

    private void refuse(int status, String text) {
        refuse(new Fault(status, text));
    }

    private void refuse(Fault fault, String... header) {
        if (arrival.isOver()) {
            return;
        }
        stopTimer();
        body.release();
        Reply reply = Reply.text(fault.status(), fault.text());
        if (header.length == 2 && !header[1].isEmpty()) {
            reply = reply.with(header[0], header[1]);
        }
        side.host().traffic().answered(fault.status());
        if (fault.status() == 408) {
            side.host().traffic().refused(Traffic.Refusal.DEADLINE);
        }
        arrival.refuse(responses.of(reply, head, false), fault.text());
    }

    // The end.

    private Future<?> later(ChannelHandlerContext context, Duration wait, Runnable task) {
        return context.executor().schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopTimer();
        body.release();
        if (answer != null) {
            answer.cancel(false);
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        arrival.cut(cause.toString());
    }
}
