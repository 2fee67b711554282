package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProceduresTest extends EveryCarrier {
    private static final UUID OID = UUID.fromString("8b2ad9b1-36a7-4f3c-9e0d-6f0e0f3b4b11");

    enum Status {
        ONLINE,
        OFFLINE
    }

    record Worker(String workerId, int cpus, @Nullable List<String> tags) {}

    record Node(
            UUID oid,
            String nodeLabel,
            Instant created,
            Status status,
            List<Worker> workers,
            @Nullable String note) {}

    /** Package-private, as groups of a controller are. */
    static class Nodes {
        final List<Object> seen = new ArrayList<>();

        @Procedure(value = "x.nodes.get_node", does = "Gives a node.")
        Node getNode(@Named({"oid", "node_id"}) UUID nodeOid) {
            seen.add(nodeOid);
            Instant created = Instant.parse("2026-11-21T17:13:59.6361234Z");
            return new Node(nodeOid, "n1", created, Status.ONLINE, List.of(new Worker("w1", 2, null)), null);
        }

        @Procedure(value = "x.nodes.get_nodes", does = "Lists nodes.")
        public List<String> getNodes(@Nullable Status status, @Nullable Boolean returnNames, Invocation call) {
            seen.add(Arrays.asList(status, returnNames, call.details().textOrNull("caller_authid")));
            return List.of("n1");
        }

        @Procedure(value = "x.nodes.start_worker", does = "Starts a worker.")
        CompletionStage<Worker> startWorker(UUID nodeOid, Worker config, long limit) {
            seen.add(config);
            return CompletableFuture.completedFuture(config);
        }

        @Procedure(value = "x.nodes.{node}.stop", does = "Stops a node.")
        void stop() {
            seen.add("stop");
        }

        @Procedure(value = "x.nodes.configure", does = "Takes anything.")
        Map<String, Object> configure(Map<String, Object> config, List<Integer> numbers, double ratio) {
            seen.add(List.of(config, numbers, ratio));
            return config;
        }

        @Procedure(value = "x.nodes.pair", does = "Answers as it likes.")
        Arguments pair() {
            return new Arguments(List.of(1L, 2L), Map.of("k", "v"));
        }

        @Procedure(value = "x.nodes.fails", does = "Fails.")
        String fails(boolean declared) {
            if (declared) {
                throw new ApplicationError("fabric.no-such-object", "no node n1");
            }
            throw new IllegalStateException("the secret is 1234");
        }

        String notAProcedure() {
            return "";
        }
    }

    private final Nodes nodes = new Nodes();
    private long invocations;

    private void bind() throws Exception {
        JoinedSession session = join();
        within10s(Procedures.bind(session, Map.of("node", "n7"), List.of(nodes)));
    }

    /** Invokes a procedure as a router does, and gives YIELD or ERROR. */
    private Message invoke(String uri, Arguments arguments) throws Exception {
        long registration = router.heard(Message.Register.class).stream()
                .filter(register -> register.procedure().equals(uri))
                .findFirst()
                .orElseThrow()
                .request();
        router.wire()
                .tell(new Message.Invocation(
                        ++invocations,
                        registration,
                        Dict.of("caller_authid", "joe"),
                        Payloads.encode(Format.CBOR, arguments)));
        Message answer;
        do {
            answer = router.next(Message.class);
        } while (!(answer instanceof Message.Yield || answer instanceof Message.ErrorReply));
        return answer;
    }

    private Object result(String uri, Arguments arguments) throws Exception {
        Message answer = invoke(uri, arguments);
        assertTrue(answer instanceof Message.Yield, answer::toString);
        return Payloads.decode(((Message.Yield) answer).payload()).list().get(0);
    }

    private String refusal(String uri, Arguments arguments) throws Exception {
        Message.ErrorReply error = (Message.ErrorReply) invoke(uri, arguments);
        assertEquals(Uris.INVALID_ARGUMENT, error.error());
        return (String) Payloads.decode(error.payload()).list().get(0);
    }

    private static Arguments named(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Arguments(List.of(), map);
    }

    @Test
    void everyMarkedMethodIsRegisteredWithItsPartsFilledIn() throws Exception {
        bind();
        assertEquals(
                List.of(
                        "x.nodes.configure",
                        "x.nodes.fails",
                        "x.nodes.get_node",
                        "x.nodes.get_nodes",
                        "x.nodes.pair",
                        "x.nodes.start_worker",
                        "x.nodes.n7.stop"),
                router.heard(Message.Register.class).stream()
                        .map(Message.Register::procedure)
                        .toList());
    }

    @Test
    void aRecordIsADictionaryInSnakeCase() throws Exception {
        bind();
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("oid", OID.toString());
        expected.put("node_label", "n1");
        expected.put("created", "2026-11-21T17:13:59.636Z");
        expected.put("status", "ONLINE");
        Map<String, Object> worker = new LinkedHashMap<>();
        worker.put("worker_id", "w1");
        worker.put("cpus", 2L);
        worker.put("tags", null);
        expected.put("workers", List.of(worker));
        expected.put("note", null);
        assertEquals(expected, result("x.nodes.get_node", Arguments.of(OID.toString())));
    }

    @Test
    void anArgumentIsKnownByItsNameAndByItsOtherNames() throws Exception {
        bind();
        for (String name : List.of("node_oid", "oid", "node_id")) {
            result("x.nodes.get_node", named(name, OID.toString()));
        }
        assertEquals(List.of(OID, OID, OID), nodes.seen);
    }

    @Test
    void optionalArgumentsMayBeAbsentOrNullAndTheInvocationTakesNoPlace() throws Exception {
        bind();
        result("x.nodes.get_nodes", Arguments.NONE);
        result("x.nodes.get_nodes", named("status", null, "return_names", true));
        result("x.nodes.get_nodes", Arguments.of("online"));
        result("x.nodes.get_nodes", new Arguments(List.of("OFFLINE"), Map.of("return_names", false)));
        assertEquals(
                List.of(
                        Arrays.asList(null, null, "joe"),
                        Arrays.asList(null, true, "joe"),
                        Arrays.asList(Status.ONLINE, null, "joe"),
                        Arrays.asList(Status.OFFLINE, false, "joe")),
                nodes.seen);
    }

    @Test
    void nestedValuesAreConvertedAndUnknownKeysOfADictionaryAreIgnored() throws Exception {
        bind();
        Map<String, Object> config = Map.of("worker_id", "w9", "cpus", 4, "tags", List.of("a"), "future", 1);
        assertEquals(
                Map.of("worker_id", "w9", "cpus", 4L, "tags", List.of("a")),
                result("x.nodes.start_worker", Arguments.of(OID.toString(), config, 3.0)));
        assertEquals(List.of(new Worker("w9", 4, List.of("a"))), nodes.seen);
        result("x.nodes.configure", Arguments.of(Map.of("a", List.of(1L)), List.of(1, 2), 1));
        assertEquals(List.of(Map.of("a", List.of(1L)), List.of(1, 2), 1.0), nodes.seen.get(1));
    }

    @Test
    void voidGivesOneNullAndArgumentsAreTakenAsTheyAre() throws Exception {
        bind();
        assertNull(result("x.nodes.n7.stop", Arguments.NONE));
        Message.Yield yield = (Message.Yield) invoke("x.nodes.pair", Arguments.NONE);
        assertEquals(new Arguments(List.of(1L, 2L), Map.of("k", "v")), Payloads.decode(yield.payload()));
    }

    @Test
    void aWrongArgumentIsRefusedWithItsNameWhatWasExpectedAndWhatCame() throws Exception {
        bind();
        String start = "x.nodes.start_worker";
        String oid = OID.toString();
        Map<String, Object> worker = Map.of("worker_id", "w", "cpus", 1);
        assertEquals(
                "argument 'node_oid': expected a UUID, but none came", refusal("x.nodes.get_node", Arguments.NONE));
        assertEquals(
                "argument 'node_oid': expected a UUID, but found null",
                refusal("x.nodes.get_node", Arguments.of((Object) null)));
        assertEquals(
                "argument 'node_oid': expected a UUID, but found a string",
                refusal("x.nodes.get_node", Arguments.of("secret")));
        assertEquals(
                "argument 'oid': expected a UUID, but found an integer", refusal("x.nodes.get_node", named("oid", 7)));
        assertEquals(
                "expected the argument node_oid, but 2 came by position",
                refusal("x.nodes.get_node", Arguments.of(oid, oid)));
        assertEquals("expected no arguments, but 1 came by position", refusal("x.nodes.n7.stop", Arguments.of(1)));
        assertEquals(
                "argument 'node': expected the argument node_oid, but this is none of them",
                refusal("x.nodes.get_node", named("node", oid, "oid", oid)));
        assertEquals(
                "argument 'oid' came twice: by position and by keyword",
                refusal("x.nodes.get_node", new Arguments(List.of(oid), Map.of("oid", oid))));
        assertEquals(
                "argument 'node_oid' came twice: as 'oid' and as 'node_id'",
                refusal("x.nodes.get_node", named("oid", oid, "node_id", oid)));
        assertEquals(
                "argument 'status': expected one of ONLINE, OFFLINE, but found a string",
                refusal("x.nodes.get_nodes", Arguments.of("asleep")));
        assertEquals(
                "argument 'status': expected one of ONLINE, OFFLINE, but found an integer",
                refusal("x.nodes.get_nodes", Arguments.of(1)));
        assertEquals(
                "argument 'return_names': expected a boolean, but found a string",
                refusal("x.nodes.get_nodes", named("return_names", "true")));
        assertEquals(
                "argument 'config': expected a dictionary, but found a string",
                refusal(start, Arguments.of(oid, "w", 1)));
        assertEquals(
                "argument 'config.cpus': expected an integer, but found a string",
                refusal(start, Arguments.of(oid, Map.of("worker_id", "w", "cpus", "4"), 1)));
        assertEquals(
                "argument 'config.worker_id': expected a string, but found an integer",
                refusal(start, Arguments.of(oid, Map.of("worker_id", 4, "cpus", 4), 1)));
        assertEquals(
                "argument 'config.tags[1]': expected a string, but found an integer",
                refusal(start, Arguments.of(oid, Map.of("worker_id", "w", "cpus", 1, "tags", List.of("a", 1)), 1)));
        assertEquals(
                "argument 'limit': expected an integer, but found a float",
                refusal(start, Arguments.of(oid, worker, 1.5)));
        assertEquals(
                "argument 'numbers': expected a list of integer, but found an integer",
                refusal("x.nodes.configure", Arguments.of(Map.of(), 1, 1)));
        assertEquals(List.of(), nodes.seen);
    }

    @Test
    void aDeclaredErrorGoesOutAndAnyOtherOnlyByReference() throws Exception {
        bind();
        Message.ErrorReply declared = (Message.ErrorReply) invoke("x.nodes.fails", Arguments.of(true));
        assertEquals("fabric.no-such-object", declared.error());
        Message.ErrorReply other = (Message.ErrorReply) invoke("x.nodes.fails", Arguments.of(false));
        assertEquals(Uris.RUNTIME_ERROR, other.error());
        assertTrue(Payloads.decode(other.payload()).list().get(0).toString().startsWith("internal error, reference "));
    }

    @Test
    void aRefusedRegistrationFailsTheBinding() throws Exception {
        JoinedSession session = join();
        router.on(Message.Register.class, (wire, register) -> {
            boolean taken = register.procedure().equals("x.nodes.pair");
            wire.tell(
                    taken
                            ? new Message.ErrorReply(
                                    Message.Register.CODE,
                                    register.request(),
                                    Dict.EMPTY,
                                    Uris.PROCEDURE_ALREADY_EXISTS,
                                    ScriptedRouter.payload("taken"))
                            : new Message.Registered(register.request(), register.request()));
        });
        ApplicationError error =
                failureOf(ApplicationError.class, Procedures.bind(session, Map.of("node", "n7"), List.of(nodes)));
        assertEquals(Uris.PROCEDURE_ALREADY_EXISTS, error.uri());
    }

    static class Private {
        @Procedure(value = "x.p", does = "Nothing.")
        @SuppressWarnings({"unused", "UnusedMethod"})
        private void hidden() {}
    }

    static class Twins {
        @Procedure(value = "x.p", does = "Nothing.")
        void twins(String nodeOid, @Named("node_oid") String other) {}
    }

    @Test
    void whatCannotBeAProcedureIsRefusedBeforeAnythingIsRegistered() throws Exception {
        JoinedSession session = join();
        for (Object group : List.of(new Private(), new Twins(), "no procedures")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Procedures.bind(session, Map.of("node", "n"), List.of(nodes, group)));
        }
        IllegalArgumentException noPart =
                assertThrows(IllegalArgumentException.class, () -> Procedures.bind(session, Map.of(), List.of(nodes)));
        assertEquals("x.nodes.{node}.stop: expected a value for 'node', but found only []", noPart.getMessage());
        assertEquals(List.of(), router.heard(Message.Register.class));
    }

    @Test
    void theCatalogueTellsWhatThereIs() {
        List<Procedures.Entry> entries = Procedures.catalogue(List.of(Nodes.class));
        assertEquals(7, entries.size());
        Procedures.Entry entry = entries.stream()
                .filter(e -> e.uri().equals("x.nodes.get_node"))
                .findFirst()
                .orElseThrow();
        assertEquals(
                new Procedures.Entry(
                        "x.nodes.get_node",
                        List.of(new Procedures.Entry.Parameter("node_oid", List.of("oid", "node_id"), "UUID", false)),
                        "Gives a node.",
                        Nodes.class),
                entry);
        Procedures.Entry optional = entries.get(3);
        assertEquals("x.nodes.get_nodes", optional.uri());
        assertEquals(
                List.of(
                        new Procedures.Entry.Parameter("status", List.of(), "one of ONLINE, OFFLINE", true),
                        new Procedures.Entry.Parameter("return_names", List.of(), "boolean", true)),
                optional.arguments());
    }
}
