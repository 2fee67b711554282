package io.bailiwick.router.rlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.LocalLink;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.session.PayloadCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a link proves itself to a router that the test plays, with executors that the test runs. */
@Conforms(Feature.ROUTER_LINKS)
class LinkLoginTest {
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final Queue<Runnable> proofs = new ArrayDeque<>();
    private final List<Message> said = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private @Nullable Link router;

    private final RouterLink link = begun();

    private RouterLink begun() {
        Connector remote = LocalLink.connector(
                end -> {
                    router = end;
                    return new Listening();
                },
                loop::add,
                loop::add);
        Login login = new Login.Scram(ScramDialect.WAMP, "secret", Optional.empty());
        RouterLinkOptions all = RouterLinkOptions.of("link", "com.example", login);
        RouterLinkOptions named = new RouterLinkOptions(
                all.name(),
                all.localRealm(),
                all.remoteRealm(),
                Optional.of("link"),
                login,
                all.out(),
                all.in(),
                false,
                1,
                all.backoff(),
                1);
        RouterLink.Means means = new RouterLink.Means(
                loop::add,
                proofs::add,
                (millis, step) -> {
                    later.add(step);
                    return () -> later.remove(step);
                },
                new NoPayloads(),
                () -> 0,
                "test");
        RouterLink begun = new RouterLink(named, remote, remote, means);
        begun.start();
        return begun;
    }

    private final class Listening implements Link.Listener {
        @Override
        public void received(Message message) {
            said.add(message.keep());
        }

        @Override
        public void violated(ProtocolViolation violation) {}

        @Override
        public void closed(@Nullable Throwable cause) {}
    }

    private static final class NoPayloads implements PayloadCodec {
        @Override
        public Payload encode(Values values) {
            return Payload.EMPTY;
        }

        @Override
        public Values decode(Payload payload) {
            return Values.NONE;
        }
    }

    private static void run(Queue<Runnable> tasks) {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void challenges() {
        run(loop);
        Message.Hello hello = assertInstanceOf(Message.Hello.class, said.get(0));
        String nonce = hello.details().dict("authextra").text("nonce").orElseThrow();
        router.send(new Message.Challenge(
                "wamp-scram",
                Dict.of(Map.of(
                        "nonce",
                        nonce + "cm91dGVyIG5vbmNlIG9m",
                        "salt",
                        "b4fdNPQNp4y6TbKkvJSGGQ==",
                        "kdf",
                        "pbkdf2",
                        "iterations",
                        4096L))));
        run(loop);
    }

    @Test
    void the_derivation_of_a_key_does_not_run_where_the_link_does() {
        challenges();
        assertEquals(1, said.size(), "nothing was answered yet");
        assertEquals(1, proofs.size());
        run(proofs);
        assertEquals(1, said.size(), "and no other thread sends");
        run(loop);
        assertInstanceOf(Message.Authenticate.class, said.get(1));
    }

    @Test
    void a_router_that_gives_up_waiting_for_the_answer_gets_none() {
        challenges();
        router.send(new Message.Abort(Dict.EMPTY, "wamp.error.timeout"));
        run(loop);
        assertTrue(later.size() > 1, "it tries again later");
        run(proofs);
        run(loop);
        assertEquals(1, said.size());
        link.close();
    }
}
