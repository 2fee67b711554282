package io.bailiwick.router.web;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.LinkAcceptor;
import io.bailiwick.router.link.LocalLink;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A router by a script: the ticket of everybody is {@code ticket of <authid>}; {@code echo} answers with its arguments,
 * {@code never} does not answer, {@code fail.<uri>} fails with that URI.
 */
final class TicketRouter implements Entrance, AutoCloseable {
    final List<String> joined = new CopyOnWriteArrayList<>();
    final BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
    final List<Link> links = new CopyOnWriteArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @Override
    public Connector stranger(Peer peer) {
        return LocalLink.connector(acceptor(null), thread, thread, peer);
    }

    @Override
    public Connector trusted(String realm, String authid, String authrole) {
        return LocalLink.connector(acceptor(authid + " as " + authrole), thread, thread);
    }

    private LinkAcceptor acceptor(String trusted) {
        return link -> {
            links.add(link);
            return new Session(link, trusted);
        };
    }

    /** Hears nothing and says nothing until the latch is open. */
    void pause(CountDownLatch latch) {
        thread.execute(() -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private final class Session implements Link.Listener {
        private final Link link;
        private final String trusted;
        private String claimed = "";

        Session(Link link, String trusted) {
            this.link = link;
            this.trusted = trusted;
        }

        @Override
        public void received(Message message) {
            if (message instanceof Message.Hello hello) {
                hello(hello);
            } else if (message instanceof Message.Authenticate answer) {
                if (answer.signature().equals("ticket of " + claimed)) {
                    welcome(claimed);
                } else {
                    abort(Uris.AUTHENTICATION_FAILED);
                }
            } else {
                requests.add(message);
                answer(message);
            }
        }

        private void hello(Message.Hello hello) {
            claimed = hello.details().text("authid").orElse("nobody");
            List<String> methods = hello.details().texts("authmethods").orElseThrow();
            if (trusted != null) {
                welcome(trusted);
            } else if (methods.contains("ticket")) {
                link.send(new Message.Challenge("ticket", Dict.EMPTY));
            } else {
                welcome("anonymous at " + link.peer().address().replaceAll(":\\d+$", ""));
            }
        }

        private void welcome(String who) {
            joined.add(who);
            link.send(new Message.Welcome(1, Dict.EMPTY));
        }

        private void abort(String reason) {
            link.send(new Message.Abort(Dict.of("message", "no"), reason));
            link.close();
        }

        private void answer(Message message) {
            if (message instanceof Message.Publish publish) {
                link.send(new Message.Published(publish.request(), 4711));
            } else if (message instanceof Message.Call call && call.procedure().equals("echo")) {
                link.send(new Message.Result(call.request(), Dict.EMPTY, call.payload()));
            } else if (message instanceof Message.Call call && call.procedure().equals("float")) {
                link.send(new Message.Result(
                        call.request(), Dict.EMPTY, Payloads.encode(Format.CBOR, Arguments.of(Double.NaN))));
            } else if (message instanceof Message.Call call && call.procedure().startsWith("fail.")) {
                link.send(new Message.ErrorReply(
                        Message.Call.CODE,
                        call.request(),
                        Dict.EMPTY,
                        call.procedure().substring(5),
                        Payloads.encode(Format.CBOR, Arguments.of("why"))));
            } else if (message instanceof Message.Call call && call.procedure().equals("die")) {
                abort(Uris.PROTOCOL_VIOLATION);
            }
        }

        @Override
        public void violated(ProtocolViolation violation) {}

        @Override
        public void closed(Throwable cause) {}
    }
}
