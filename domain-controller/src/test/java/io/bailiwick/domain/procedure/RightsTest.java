package io.bailiwick.domain.procedure;

import static io.bailiwick.domain.testing.Calls.by;
import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.DataDirectory;
import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.admission.Knocking.Knock;
import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.audit.procedure.AuditProcedures;
import io.bailiwick.domain.audit.procedure.CallerProcedures;
import io.bailiwick.domain.backup.BackupProcedures;
import io.bailiwick.domain.backup.Backups;
import io.bailiwick.domain.backup.Places;
import io.bailiwick.domain.backup.RealmStores;
import io.bailiwick.domain.config.BackupOptions;
import io.bailiwick.domain.metering.Metering;
import io.bailiwick.domain.metering.MeteringOptions;
import io.bailiwick.domain.metering.UsageIntake;
import io.bailiwick.domain.schema.DeniedNodeKey;
import io.bailiwick.domain.schema.JoinCode;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Organization;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.domain.schema.UserOrganizationRole;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.domain.testing.RecordingDomain;
import io.bailiwick.domain.waiting.NodeDoor;
import io.bailiwick.domain.waiting.WaitingRoom;
import io.bailiwick.house.SourceTree;
import io.bailiwick.router.audit.AuditHead;
import io.bailiwick.router.audit.AuditLog;
import io.bailiwick.router.audit.AuditRecord;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.store.ExpiryClock;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stands beside each procedure holds: every procedure is called by users in every role, by a stranger, by the user that
 * it is about, and by the superuser, and lets in exactly those whom its {@link Right} names.
 */
class RightsTest {
    private static final String STRANGER = "stranger";
    private static final String SUBJECT = "subject";
    /** Texts that make no difference when they are left out. */
    private static final Set<String> OPTIONAL =
            Set.of("mrealmOid", "objectOid", "actor", "action", "fromTime", "untilTime", "anchorHash");

    /** They serve realm controllers, on management realms, and demand their role themselves. */
    private static final Set<Class<?>> FOR_CONTROLLERS =
            Set.of(ControllerProcedures.class, CallerProcedures.class, UsageIntake.class);

    /** What they change is not in the store of the domain. */
    private static final Set<String> CHANGES_ELSEWHERE = Set.of(
            "io.bailiwick.domain.backup", "io.bailiwick.domain.backup_realm", "io.bailiwick.domain.restore_realm");

    private static final String JOIN_CODE = "the-code";

    private static final Set<String> REFUSALS = Set.of("crossbar.error.no_such_object", "fabric.no-such-realm");

    @TempDir
    Path directory;

    private final String deniedKey = SigningKey.generate().publicKey().hex();
    private final String nodeKey = SigningKey.generate().publicKey().hex();
    private final UUID realm = UUID.randomUUID();
    private final UUID organization = UUID.randomUUID();
    private final UUID node = UUID.randomUUID();
    private final Map<String, User> users = new LinkedHashMap<>();
    private Population population;
    private Work work;
    private NodeDoor door;
    private Backups backups;
    private String backup = "none yet";
    private List<Object> groups;
    private int names;

    @BeforeEach
    void populate() throws Exception {
        Places places = DataDirectory.places(directory);
        population = new Population(places.domain());
        for (Role role : Role.values()) {
            users.put(role.id(), population.user(role.id()));
        }
        users.put(STRANGER, population.user(STRANGER));
        users.put(SUBJECT, population.user(SUBJECT));
        users.put(User.SUPERUSER, population.superuser);
        work = new Work(population.store, ForkJoinPool.commonPool());
        RecordingDomain live = new RecordingDomain();
        Clock clock = Clock.systemUTC();
        UserKeys keys = new UserKeys(population.schema());
        door = new NodeDoor(population.store, WaitingRoom.Limits.DEFAULT, clock);
        backups = backups(places, clock);
        reset();
        backup = backups.ofRealm(realm).id();
        groups = new ArrayList<>(List.of(
                new DomainProcedures(clock),
                new RealmProcedures(work, live, clock, 1_000_000),
                new RoleProcedures(work, live),
                new UserProcedures(work, live, keys),
                new KeyProcedures(work, keys, List::of, pubkey -> CompletableFuture.completedFuture(List.of()), clock),
                new OrganizationProcedures(work, live, clock),
                metering(work, clock).procedures(),
                new AuditProcedures(work),
                new BackupProcedures(work, backups, new StillStores(places), ForkJoinPool.commonPool())));
        groups.addAll(door.serve(work, live).groups());
    }

    /** Stores of realms that no controller has open. */
    private record StillStores(Places places) implements RealmStores {
        @Override
        public boolean export(ManagementRealm realm, Path to) throws IOException {
            if (!Files.exists(places.realm(realm.oid()))) {
                return false;
            }
            try (OutputStream out = Files.newOutputStream(to)) {
                Store.export(places.realm(realm.oid()), out);
            }
            return true;
        }

        @Override
        public void replace(ManagementRealm realm, Path store, Path aside) throws IOException {
            Files.move(places.realm(realm.oid()), aside);
            Files.move(store, places.realm(realm.oid()));
        }
    }

    /** Of the domain and of a realm with an empty store. */
    private Backups backups(Places places, Clock clock) throws IOException {
        for (Path key : List.of(
                places.superuserPrivate(), places.superuserPublic(), places.masterPrivate(), places.masterPublic())) {
            Files.writeString(key, "a key");
        }
        Store.open(Files.createDirectories(places.realm(realm)), new Schema("empty", 1) {})
                .close();
        return new Backups(population.store, places, new StillStores(places), () -> BackupOptions.DEFAULT, clock);
    }

    private Metering metering(Work work, Clock clock) throws IOException {
        return new Metering(
                MeteringOptions.DEFAULT,
                work,
                SigningKey.generate(),
                Executors.newSingleThreadScheduledExecutor(),
                clock,
                new ExpiryClock(population.store, population.schema().expiry, clock),
                (readers, usage) -> {});
    }

    @AfterEach
    void close() {
        population.close();
    }

    /** Puts everything back to where it was; users hold the role of their name in the realm and in the organization. */
    private void reset() {
        UUID owner = users.get("owner").oid();
        population.store.writeAll(tx -> {
            var schema = population.schema();
            schema.mrealms.upsert(
                    tx, realm, new ManagementRealm(realm, null, null, null, "mrealm1", 1, owner, null, null));
            schema.organizations.upsert(
                    tx,
                    organization,
                    new Organization(organization, null, null, null, "acme", Organization.Type.NONE, 1));
            schema.nodes.upsert(tx, node, new Node(node, null, null, null, owner, nodeKey, null, realm, "n1", null));
            schema.revokedNodeKeys.delete(tx, nodeKey);
            schema.deniedNodeKeys.upsert(tx, deniedKey, new DeniedNodeKey(deniedKey, 1, User.SUPERUSER));
            schema.joinCodes.upsert(
                    tx, JOIN_CODE, new JoinCode(JOIN_CODE, "hash", realm, null, 1, 1, 1, owner, Long.MAX_VALUE));
            for (Map.Entry<String, User> each : users.entrySet()) {
                UUID user = each.getValue().oid();
                schema.users.upsert(tx, user, each.getValue());
                String key = each.getValue().pubkey();
                if (key != null) {
                    schema.userKeys.upsert(tx, key, new UserKey(key, user, 1, null));
                }
                List<Role> held = each.getKey().equals(SUBJECT)
                        ? List.of(Role.GUEST)
                        : Role.of(each.getKey()).map(List::of).orElse(List.of());
                if (!held.isEmpty()) {
                    schema.usersMrealmRoles.upsert(tx, new Pair<>(user, realm), new UserMrealmRole(held));
                    schema.usersOrganizationRoles.upsert(
                            tx, new Pair<>(user, organization), new UserOrganizationRole(user, organization, held));
                }
            }
            // A second owner, so that the first may lose what it has.
            UUID superuser = population.superuser.oid();
            schema.usersMrealmRoles.upsert(tx, new Pair<>(superuser, realm), new UserMrealmRole(List.of(Role.OWNER)));
        });
    }

    private Object argument(Parameter parameter, String caller) {
        String name = parameter.getName();
        if (parameter.getType() == UUID.class) {
            if (name.startsWith("mrealm")) {
                return realm;
            }
            return name.startsWith("org")
                    ? organization
                    : name.startsWith("node") ? node : users.get(SUBJECT).oid();
        } else if (parameter.getType() == Map.class) {
            boolean creates = Set.of("mrealm", "organization").contains(name);
            return creates ? Map.of("name", "fresh" + names++) : Map.of("label", "x" + names++);
        } else if (parameter.getType() == List.class) {
            return name.equals("nodes")
                    ? List.of(Map.of("pubkey", SigningKey.generate().publicKey().hex(), "authid", "fresh" + names++))
                    : List.of("developer");
        } else if (parameter.getType() == Boolean.class) {
            return true;
        } else if (parameter.getType() == Invocation.class) {
            return invocation((Method) parameter.getDeclaringExecutable(), caller);
        } else if (Set.of(Long.class, Integer.class).contains(parameter.getType())
                || OPTIONAL.contains(name)
                || name.equals("after")) {
            return null;
        }
        return text(name, parameter.getDeclaringExecutable().getName());
    }

    private static Invocation invocation(Method procedure, String caller) {
        String uri = procedure.getAnnotation(Procedure.class).value();
        return new Invocation(uri, Arguments.NONE, by(caller).details());
    }

    private String text(String parameter, String method) {
        if (parameter.equals("pubkey")) {
            return method.equals("unpairNodeByPubkey")
                    ? nodeKey
                    : Set.of("getUserByPubkey", "revokeKey").contains(method)
                            ? users.get(SUBJECT).pubkey()
                            : SigningKey.generate().publicKey().hex();
        } else if (Set.of("email", "userId").contains(parameter)) {
            return SUBJECT;
        } else if (parameter.equals("node")) {
            return method.equals("forgiveNode") ? deniedKey : knocked();
        } else if (parameter.equals("id")) {
            return JOIN_CODE;
        } else if (parameter.equals("backup")) {
            return backup;
        } else if (parameter.equals("by")) {
            return "day";
        } else if (Set.of("realmName", "mrealmName").contains(parameter)) {
            return "mrealm1";
        }
        return Set.of("pairNode", "moveNode", "approveNode").contains(method) ? "fresh" + names++ : "n1";
    }

    /** The key of a node that waits. */
    private String knocked() {
        PublicKey key = SigningKey.generate().publicKey();
        door.knock(new Knock(key, null, null, "127.0.0.1", "127.0.0.1", null))
                .toCompletableFuture()
                .join();
        return key.hex();
    }

    /** What a caller gets: {@code in}, {@code refused} or {@code hidden}. */
    private String outcome(Object group, Method procedure, String caller) throws Exception {
        reset();
        return called(group, procedure, caller);
    }

    private String called(Object group, Method procedure, String caller) throws Exception {
        Object[] arguments = new Object[procedure.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = argument(procedure.getParameters()[i], caller);
        }
        try {
            if (procedure.invoke(group, arguments) instanceof CompletableFuture<?> future) {
                result(future);
            }
            return "in";
        } catch (InvocationTargetException | CompletionException e) {
            String uri = assertNotNullError(e).uri();
            if (e instanceof InvocationTargetException) {
                // As the session does that has bound the procedure.
                work.refused(invocation(procedure, caller), assertNotNullError(e))
                        .join();
            }
            if (uri.equals("fabric.not-authorized")) {
                return "refused";
            }
            assertTrue(REFUSALS.contains(uri), procedure.getName() + " by " + caller + ": " + e.getCause());
            return "hidden";
        }
    }

    private static ApplicationError assertNotNullError(Exception e) {
        assertTrue(e.getCause() instanceof ApplicationError, String.valueOf(e.getCause()));
        return (ApplicationError) e.getCause();
    }

    /** What the right promises to a caller. */
    private static String promised(Right right, String caller) {
        if (right == Right.SUPERUSER) {
            return caller.equals(User.SUPERUSER) ? "in" : "refused";
        }
        boolean all = caller.equals(User.SUPERUSER) || right.thing() == Right.Thing.DOMAIN;
        if (all || (right.self() && caller.equals(SUBJECT))) {
            return "in";
        } else if (caller.equals(STRANGER)) {
            return "hidden";
        }
        // The subject is a guest.
        Role held = Role.of(caller).orElse(Role.GUEST);
        if (right.thing() == Right.Thing.USER) {
            // Admins see the users of the realm, and who belongs to the organization sees the others in it.
            boolean sees = held.includes(Role.USER);
            return !sees ? "hidden" : right == Right.SEES_USER ? "in" : "refused";
        }
        return held.includes(right.role()) ? "in" : "refused";
    }

    @Test
    void every_procedure_lets_in_exactly_those_whom_its_right_names() throws Exception {
        List<String> wrong = new ArrayList<>();
        int procedures = 0;
        for (Object group : groups) {
            for (Method procedure : group.getClass().getDeclaredMethods()) {
                if (!procedure.isAnnotationPresent(Procedure.class)) {
                    continue;
                }
                procedures++;
                Allowed allowed = procedure.getAnnotation(Allowed.class);
                assertNotNull(allowed, procedure + " does not say who may call it");
                for (String caller : users.keySet()) {
                    String promised = promised(allowed.value(), caller);
                    if (procedure.getName().equals("revokeJoinCode") && promised.equals("refused")) {
                        // Who is not an owner sees the realm, and no code of it.
                        promised = "hidden";
                    }
                    String found = outcome(group, procedure, caller);
                    if (!promised.equals(found)) {
                        wrong.add(
                                procedure.getName() + " by " + caller + ": expected " + promised + ", found " + found);
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(procedures > 60, procedures + " procedures");
    }

    @Test
    void no_procedure_of_the_domain_is_left_out_here() throws Exception {
        Set<Class<?>> there = new HashSet<>();
        for (Path file : SourceTree.mainFiles()) {
            if (file.toString().contains("/domain-controller/")
                    && Files.readString(file).contains("@Procedure(")) {
                String path = file.toString().replace('/', '.');
                there.add(Class.forName(path.substring(path.indexOf("io.bailiwick."), path.lastIndexOf('.'))));
            }
        }
        there.removeAll(FOR_CONTROLLERS);
        assertEquals(there, groups.stream().map(Object::getClass).collect(Collectors.toSet()));
    }

    /** All that is stored but the log of it. */
    private List<String> stored() throws Exception {
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        population.store.export(export);
        return export.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("{\"table\"") && !line.startsWith("{\"table\":\"audit_log\""))
                .toList();
    }

    private List<AuditRecord> recordsAfter(AuditHead head) {
        AuditLog log = DomainAudit.of(population.schema(), Clock.systemUTC());
        return population
                .store
                .read(tx -> log.list(tx, record -> record.seq() > head.seq(), 0, true, 100))
                .records();
    }

    private AuditHead head() {
        return population.store.read(DomainAudit.of(population.schema(), Clock.systemUTC())::head);
    }

    /** What goes on for long is recorded when it begins, and once more with what came of it. */
    private static List<String> records(String uri) {
        return CHANGES_ELSEWHERE.contains(uri) ? List.of(uri + " begun", uri + " done") : List.of(uri + " done");
    }

    @Test
    void every_procedure_that_changes_something_leaves_exactly_one_record_and_one_when_it_is_refused()
            throws Exception {
        List<String> wrong = new ArrayList<>();
        int changing = 0;
        for (Object group : groups) {
            for (Method procedure : group.getClass().getDeclaredMethods()) {
                if (!procedure.isAnnotationPresent(Procedure.class)) {
                    continue;
                }
                String uri = procedure.getAnnotation(Procedure.class).value();
                reset();
                List<String> before = stored();
                AuditHead head = head();
                assertEquals("in", called(group, procedure, User.SUPERUSER), uri);
                List<String> left = recordsAfter(head).stream()
                        .map(record -> record.action() + " " + record.result())
                        .toList();
                boolean changes = CHANGES_ELSEWHERE.contains(uri) || !stored().equals(before);
                if (!left.equals(changes ? records(uri) : List.of())) {
                    wrong.add(uri + (changes ? " changes" : " does not change") + " what is stored, and left " + left);
                }
                if (!changes) {
                    continue;
                }
                changing++;
                head = head();
                // Another one each time: only so many refusals of one caller are written.
                String stranger = STRANGER + changing;
                population.user(stranger);
                if (!outcome(group, procedure, stranger).equals("in")
                        && recordsAfter(head).size() != 1) {
                    wrong.add(
                            uri + " was refused, and left " + recordsAfter(head).size() + " records");
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(changing >= 28, changing + " procedures that change something");
    }

    @Test
    void a_caller_that_is_no_user_calls_nothing_that_has_a_caller() throws Exception {
        reset();
        for (Object group : groups) {
            for (Method procedure : group.getClass().getDeclaredMethods()) {
                List<Class<?>> types = List.of(procedure.getParameterTypes());
                if (!procedure.isAnnotationPresent(Procedure.class) || !types.contains(Invocation.class)) {
                    continue;
                }
                Object[] arguments = new Object[types.size()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = types.get(i) == Invocation.class
                            ? by("owner", "node")
                            : argument(procedure.getParameters()[i], "owner");
                }
                try {
                    Object answer = procedure.invoke(group, arguments);
                    result((CompletableFuture<?>) answer);
                    throw new AssertionError(procedure.getName() + " answered a node");
                } catch (InvocationTargetException | CompletionException e) {
                    assertEquals("fabric.not-authorized", assertNotNullError(e).uri(), procedure.getName());
                }
            }
        }
    }
}
