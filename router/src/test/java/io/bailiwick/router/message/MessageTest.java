package io.bailiwick.router.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageTest {
    private static final Payload VIEW =
            Payload.view(Format.JSON, ByteBuffer.wrap("[1]".getBytes(StandardCharsets.UTF_8)), 1);

    private static final List<Message> WITH_PAYLOAD = List.of(
            new Message.ErrorReply(48, 1, Dict.EMPTY, "e", VIEW),
            new Message.Publish(1, Dict.EMPTY, "t", VIEW),
            new Message.Event(1, 2, Dict.EMPTY, VIEW),
            new Message.Call(1, Dict.EMPTY, "p", VIEW),
            new Message.Result(1, Dict.EMPTY, VIEW),
            new Message.Invocation(1, 2, Dict.EMPTY, VIEW),
            new Message.Yield(1, Dict.EMPTY, VIEW));

    private static final List<Message> WITHOUT_PAYLOAD = List.of(
            new Message.Hello("r", Dict.EMPTY),
            new Message.Welcome(1, Dict.EMPTY),
            new Message.Abort(Dict.EMPTY, "r"),
            new Message.Challenge("m", Dict.EMPTY),
            new Message.Authenticate("s", Dict.EMPTY),
            new Message.Goodbye(Dict.EMPTY, "r"),
            new Message.Published(1, 2),
            new Message.Subscribe(1, Dict.EMPTY, "t"),
            new Message.Subscribed(1, 2),
            new Message.Unsubscribe(1, 2),
            new Message.Unsubscribed(1, Dict.EMPTY),
            new Message.EventReceived(1),
            new Message.Cancel(1, Dict.EMPTY),
            new Message.Register(1, Dict.EMPTY, "p"),
            new Message.Registered(1, 2),
            new Message.Unregister(1, 2),
            new Message.Unregistered(1, Dict.EMPTY),
            new Message.Interrupt(1, Dict.EMPTY));

    private static List<Message> all() {
        List<Message> all = new ArrayList<>(WITH_PAYLOAD);
        all.addAll(WITHOUT_PAYLOAD);
        return all;
    }

    @Test
    void every_type_has_its_own_code_and_name() {
        Set<Integer> codes = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (Message message : all()) {
            assertTrue(codes.add(message.code()), message.name());
            assertTrue(names.add(message.name()), message.name());
        }
        long types = Arrays.stream(Message.class.getDeclaredClasses())
                .filter(Class::isRecord)
                .count();
        assertEquals(types, codes.size());
        assertEquals(
                Set.of(1, 2, 3, 4, 5, 6, 8, 16, 17, 32, 33, 34, 35, 36, 337, 48, 49, 50, 64, 65, 66, 67, 68, 69, 70),
                codes);
    }

    @Test
    void a_kept_message_owns_its_payload_and_is_equal() {
        for (Message message : WITH_PAYLOAD) {
            Message kept = message.keep();
            assertEquals(message, kept);
            assertNotSame(message, kept);
            assertSame(kept.getClass(), message.getClass());
        }
        for (Message message : WITHOUT_PAYLOAD) {
            assertSame(message, message.keep());
        }
    }

    @Test
    void what_a_client_may_send_goes_to_the_method_of_its_name() {
        List<Message> handled = new ArrayList<>();
        InvocationHandler record = (proxy, method, arguments) -> {
            assertEquals("client", arguments[0]);
            assertTrue(method.getParameterTypes()[1].isInstance(arguments[1]));
            handled.add((Message) arguments[1]);
            return null;
        };
        @SuppressWarnings("unchecked") // a proxy cannot be made otherwise
        Message.Handler<String> handler = (Message.Handler<String>) Proxy.newProxyInstance(
                MessageTest.class.getClassLoader(), new Class<?>[] {Message.Handler.class}, record);
        List<Message> expected = new ArrayList<>();
        for (Message message : all()) {
            if (message instanceof Message.FromClient fromClient) {
                fromClient.handledBy(handler, "client");
                expected.add(message);
            }
        }
        assertEquals(expected, handled);
        assertEquals(Message.Handler.class.getMethods().length, handled.size());
    }

    @ParameterizedTest
    @EnumSource
    void a_format_is_found_by_its_names_on_the_wire(Format format) {
        assertEquals("wamp.2." + format.id(), format.subprotocol());
        assertEquals(Optional.of(format), Format.ofSubprotocol(format.subprotocol()));
        assertEquals(Optional.of(format), Format.ofRawSocketSerializer(format.rawSocketSerializer()));
        assertEquals(format == Format.JSON, format.isText());
    }

    @Test
    void other_formats_are_not_found() {
        for (String name : List.of("", "wamp.2", "json", "wamp.2.ubjson", "wamp.2.JSON", "wamp.2.json.batched")) {
            assertEquals(Optional.empty(), Format.ofSubprotocol(name));
        }
        for (int serializer : new int[] {-1, 0, 4, 5, 15}) {
            assertEquals(Optional.empty(), Format.ofRawSocketSerializer(serializer));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_match_policy_is_read_from_the_options(MatchPolicy policy) {
        assertEquals(policy, MatchPolicy.of(Dict.of("match", policy.id())));
        assertEquals(MatchPolicy.EXACT, MatchPolicy.of(Dict.EMPTY));
        assertInstanceOf(
                ProtocolViolation.class,
                assertThrows(RuntimeException.class, () -> MatchPolicy.of(Dict.of("match", "Exact"))));
        assertThrows(ProtocolViolation.class, () -> MatchPolicy.of(Dict.of("match", 1L)));
    }

    @Test
    void a_violation_says_place_expected_and_found() {
        assertEquals(
                "CALL[1]: expected an id, but found null",
                new ProtocolViolation("CALL[1]", "an id", "null").getMessage());
    }
}
