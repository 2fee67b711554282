package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.realm.RealmLimits;
import io.bailiwick.router.realm.RealmOptions;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.RealmMetrics;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rights, roles and broken protocol in a running router. */
class RightsOverSocketsTest {
    private static final List<Rule> EVERYTHING =
            List.of(new Rule("", MatchPolicy.PREFIX, Set.of(Action.values()), false));
    private static final String GUESTS = "com.example.guests";

    private RunningRouter running;

    @BeforeEach
    void start() throws IOException {
        running = new RunningRouter();
    }

    @AfterEach
    void stop() throws IOException {
        running.close();
    }

    private Connector way() {
        return running.way("rs://127.0.0.1:" + running.tcp.port(), Format.CBOR).connector();
    }

    private ClientSession joins(String realm, String authid, String role) {
        return running.join(running.router.local(realm, authid, role));
    }

    private static String error(CompletableFuture<?> future) {
        CompletionException failure =
                Assertions.assertThrows(CompletionException.class, () -> future.orTimeout(20, TimeUnit.SECONDS)
                        .join());
        return ((ApplicationError) failure.getCause()).uri();
    }

    private RealmRoles decided() {
        return new RealmRoles(Map.of(
                "staff",
                List.of(Rule.exact("com.example.decide", Action.REGISTER), Rule.prefix("", Action.REGISTER)),
                "guest",
                List.of(Rule.prefix("com.example.", Action.CALL).decidedBy("com.example.decide"))));
    }

    @Test
    @Conforms(Feature.DYNAMIC_AUTHORIZATION)
    void a_procedure_decides_what_others_may() {
        running.router.openRealm(GUESTS, decided());
        AtomicInteger asked = new AtomicInteger();
        try (ClientSession staff = joins(GUESTS, "staff", "staff");
                ClientSession guest = joins(GUESTS, "guest-1", "guest")) {
            assertEquals(Uris.AUTHORIZATION_FAILED, error(guest.call("com.example.open")), "nobody decides yet");
            staff.register("com.example.decide", Dict.EMPTY, call -> {
                        asked.incrementAndGet();
                        Map<?, ?> session = (Map<?, ?>) call.arguments().list().get(0);
                        boolean allow = "guest-1".equals(session.get("authid"))
                                && "com.example.open"
                                        .equals(call.arguments().list().get(1))
                                && "call".equals(call.arguments().list().get(2));
                        return CompletableFuture.completedFuture(
                                Arguments.of(Map.of("allow", allow, "cache", true, "disclose", true)));
                    })
                    .join();
            staff.register(
                            "com.example.open",
                            Dict.EMPTY,
                            call -> CompletableFuture.completedFuture(
                                    Arguments.of(call.details().textOrNull("caller_authid"))))
                    .join();
            assertEquals(
                    List.of("guest-1"), guest.call("com.example.open").join().list());
            assertEquals(
                    List.of("guest-1"), guest.call("com.example.open").join().list());
            assertEquals(1, asked.get(), "the answer was kept");
            assertEquals(Uris.NOT_AUTHORIZED, error(guest.call("com.example.other")));
            running.router.forgetDecisions(GUESTS, subject -> subject.authid().equals("guest-1"));
            guest.call("com.example.open").join();
            assertEquals(3, asked.get());
        }
    }

    @Test
    @Conforms(Feature.DYNAMIC_AUTHORIZATION)
    void a_request_that_cannot_be_asked_about_fails_at_once() throws InterruptedException {
        RealmOptions usual = RealmOptions.DEFAULT;
        RealmOptions patient = new RealmOptions(
                usual.rule(), usual.terms(), usual.sessions(), 600_000, usual.dealer(), usual.broker(), usual.meta());
        running.router.openRealm(GUESTS, new RealmTemplate(decided(), patient), RealmMetrics.NONE);
        try (ClientSession staff = joins(GUESTS, "staff", "staff");
                RawClient guest = new RawClient(running.router.local(GUESTS, "guest-1", "guest"))) {
            staff.register(
                            "com.example.decide",
                            Dict.EMPTY,
                            call -> CompletableFuture.completedFuture(Arguments.of(true)))
                    .join();
            guest.says(RawClient.hello());
            guest.hears(Message.Welcome.class);
            Object deep = List.of();
            for (int i = 0; i < 61; i++) {
                deep = List.of(deep);
            }
            Dict options = Dict.of("x_deep", deep);
            guest.says(new Message.Call(1, options, "com.example.open", Payload.EMPTY));
            assertEquals(
                    Uris.AUTHORIZATION_FAILED,
                    guest.hears(Message.ErrorReply.class).error());
        }
    }

    @Test
    @Conforms(Feature.REALM_LIFECYCLE)
    void roles_change_while_sessions_are_open() {
        running.router.openRealm(GUESTS, new RealmRoles(Map.of("staff", EVERYTHING, "guest", EVERYTHING)));
        ClientSession guest = joins(GUESTS, "guest-1", "guest");
        try (ClientSession staff = joins(GUESTS, "staff", "staff")) {
            assertEquals(Uris.NO_SUCH_PROCEDURE, error(staff.call("com.example.none")));
            List<Long> ended = running.router
                    .changeRoles(GUESTS, new RealmRoles(Map.of("staff", List.of())))
                    .join();
            assertEquals(List.of(guest.id()), ended);
            assertEquals(
                    Uris.AUTH_CHANGED,
                    guest.closed().orTimeout(10, TimeUnit.SECONDS).join().reason());
            assertEquals(Uris.NOT_AUTHORIZED, error(staff.call("com.example.none")));
            Assertions.assertThrows(CompletionException.class, () -> joins(GUESTS, "guest-1", "guest"));
            running.router.changeRoles(GUESTS, new RealmRoles(Map.of("staff", EVERYTHING, "guest", EVERYTHING)));
            assertEquals(Uris.NO_SUCH_PROCEDURE, error(staff.call("com.example.none")));
            joins(GUESTS, "guest-1", "guest").close();
        }
        assertEquals(
                List.of(),
                running.router.changeRoles("com.example.closed", decided()).join());
    }

    @Test
    @Conforms({Feature.REALM_LIFECYCLE, Feature.LIMITS})
    void many_realms_are_made_from_one_template_and_share_nothing() throws InterruptedException {
        RealmTemplate template = new RealmTemplate(
                new RealmRoles(Map.of("anything", EVERYTHING)), RealmOptions.DEFAULT.with(new RealmLimits(1, 1)));
        running.router.closeRealm(RunningRouter.REALM).join();
        running.router.openRealm(RunningRouter.REALM, template, RealmMetrics.NONE);
        running.router.openRealm(GUESTS, template, RealmMetrics.NONE);
        try (RawClient first = RawClient.joined(way());
                ClientSession elsewhere = joins(GUESTS, "a", "anything");
                RawClient second = new RawClient(way())) {
            second.says(RawClient.hello());
            second.isAborted(Limits.EXCEEDED);
            first.says(new Message.Register(1, Dict.EMPTY, "com.example.procedure"));
            first.hears(Message.Registered.class);
            assertEquals(Uris.NO_SUCH_PROCEDURE, error(elsewhere.call("com.example.procedure")));
        }
    }

    @Test
    @Conforms(Feature.IDS)
    void ids_of_sessions_are_free_again_when_they_are_over() throws InterruptedException {
        RawClient client = RawClient.joined(way());
        assertTrue(running.router.ids().inUse() >= 1);
        client.says(new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
        client.hears(Message.Goodbye.class);
        assertEquals(0, running.router.ids().inUse());
        client.close();
    }

    @Test
    @Conforms({Feature.PROTOCOL_VIOLATIONS, Feature.LIFECYCLE})
    void what_does_not_belong_into_an_open_session_ends_it() throws InterruptedException {
        List<Message> wrong = List.of(
                RawClient.hello(),
                new Message.Welcome(7, Dict.EMPTY),
                new Message.Challenge("ticket", Dict.EMPTY),
                new Message.Authenticate("x", Dict.EMPTY),
                new Message.Event(1, 1, Dict.EMPTY, Payload.EMPTY),
                new Message.Result(1, Dict.EMPTY, Payload.EMPTY),
                new Message.ErrorReply(48, 1, Dict.EMPTY, "com.example.error", Payload.EMPTY),
                new Message.ErrorReply(68, 1, Dict.EMPTY, "com.example.error", Payload.EMPTY),
                new Message.Yield(1, Dict.EMPTY, Payload.EMPTY));
        for (Message message : wrong) {
            try (RawClient client = RawClient.joined(way())) {
                client.says(message);
                client.isAborted(Uris.PROTOCOL_VIOLATION);
            }
        }
    }

    @Test
    @Conforms({Feature.PROTOCOL_VIOLATIONS, Feature.LIFECYCLE})
    void nothing_but_hello_opens_a_session() throws InterruptedException {
        List<Message> wrong = List.of(
                new Message.Subscribe(1, Dict.EMPTY, "com.example.topic"),
                new Message.Call(1, Dict.EMPTY, "com.example.procedure", Payload.EMPTY),
                new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL),
                new Message.Authenticate("x", Dict.EMPTY),
                new Message.Welcome(7, Dict.EMPTY));
        for (Message message : wrong) {
            try (RawClient client = new RawClient(way())) {
                client.says(message);
                client.isAborted(Uris.PROTOCOL_VIOLATION);
            }
        }
    }

    @Test
    @Conforms(Feature.LIFECYCLE)
    void a_client_may_do_what_it_did_not_announce_a_role_for() throws InterruptedException {
        try (RawClient client = new RawClient(way())) {
            client.says(new Message.Hello(RunningRouter.REALM, Dict.of("roles", Map.of("caller", Map.of()))));
            client.hears(Message.Welcome.class);
            client.says(new Message.Subscribe(1, Dict.EMPTY, "com.example.topic"));
            client.hears(Message.Subscribed.class);
            client.says(new Message.Publish(2, Dict.of("acknowledge", true), "com.example.topic", Payload.EMPTY));
            client.hears(Message.Published.class);
            client.says(new Message.Register(3, Dict.EMPTY, "com.example.procedure"));
            client.hears(Message.Registered.class);
        }
    }
}
