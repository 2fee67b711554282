package io.bailiwick.domain.admission;

import static io.bailiwick.router.session.Authorizer.Action.CALL;
import static io.bailiwick.router.session.Authorizer.Action.PUBLISH;
import static io.bailiwick.router.session.Authorizer.Action.REGISTER;
import static io.bailiwick.router.session.Authorizer.Action.SUBSCRIBE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each role may do: the rules read as the router reads them. */
class RolesTest {
    private static final List<Action> ALL = List.of(CALL, REGISTER, PUBLISH, SUBSCRIBE);

    /** What a session of authid n1 may do to a URI. */
    private static Set<Action> may(RealmRoles roles, String role, String uri) {
        return roles.roles().get(role).stream()
                .filter(rule -> {
                    String pattern = rule.uri().replace("{authid}", "n1");
                    return rule.match() == MatchPolicy.EXACT ? uri.equals(pattern) : uri.startsWith(pattern);
                })
                .max(Comparator.comparing((Rule rule) -> rule.match() == MatchPolicy.EXACT)
                        .thenComparing(rule -> rule.uri().length()))
                .map(Rule::allow)
                .orElse(Set.of());
    }

    private static Set<Action> inRealm(String role, String uri) {
        return may(Roles.MANAGEMENT_REALM, role, uri);
    }

    @Test
    void a_user_calls_and_subscribes_on_the_domain_realm_and_neither_registers_nor_publishes() {
        assertEquals(Set.of(CALL, SUBSCRIBE), may(Roles.DOMAIN, "user", "crossbarfabriccenter.mrealm.pair_node"));
        assertEquals(Set.of(CALL, SUBSCRIBE), may(Roles.DOMAIN, "user", "io.bailiwick.domain.list_usage"));
        assertEquals(Set.of(), may(Roles.DOMAIN, "user", "io.bailiwick.mrealm.list_node_usage"));
        assertEquals(Set.of(), may(Roles.DOMAIN, "user", "com.crossbario.fabric.authenticate"));
        assertEquals(Set.of(), may(Roles.DOMAIN, "user", "wamp.session.kill"));
        assertEquals(Set.of("user", "backend"), Roles.DOMAIN.roles().keySet());
    }

    @Test
    void owners_and_admins_do_everything_but_speak_for_the_system() {
        for (String role : List.of("owner", "admin")) {
            assertEquals(Set.copyOf(ALL), inRealm(role, "com.example.shop"));
            assertEquals(Set.of(CALL, SUBSCRIBE), inRealm(role, "crossbarfabriccenter.mrealm.get_status"));
            assertEquals(Set.of(CALL, SUBSCRIBE), inRealm(role, "crossbarfabriccenter.remote.node.shutdown"));
            assertEquals(Set.of(CALL, SUBSCRIBE), inRealm(role, "io.bailiwick.domain.on_node_paired"));
            assertEquals(false, inRealm(role, "wamp.session.kill_by_authrole").contains(CALL));
            assertEquals(false, inRealm(role, "wamp.registration.remove_callee").contains(CALL));
            assertEquals(
                    false, inRealm(role, "wamp.subscription.remove_subscriber").contains(CALL));
            assertEquals(true, inRealm(role, "wamp.session.list").contains(CALL));
        }
    }

    @Test
    void nobody_calls_a_node_but_its_realms_controller() {
        for (String role : List.of("owner", "admin", "operator", "developer", "guest", "node", "public")) {
            String other = "crossbarfabriccenter.node.n2.shutdown";
            assertEquals(false, inRealm(role, other).contains(CALL), role);
        }
        assertTrue(inRealm("backend", "crossbarfabriccenter.node.n2.shutdown").contains(CALL));
    }

    @Test
    void weaker_roles_see_and_do_less_and_less() {
        String control = "crossbarfabriccenter.remote.node.shutdown";
        String create = "crossbarfabriccenter.mrealm.arealm.create_arealm";
        String status = "crossbarfabriccenter.mrealm.get_status";
        assertTrue(inRealm("operator", control).contains(CALL));
        assertEquals(Set.of(), inRealm("operator", "com.example.shop"));
        assertEquals(Set.of(), inRealm("developer", control));
        assertTrue(inRealm("developer", create).contains(CALL));
        assertEquals(Set.of(), inRealm("guest", create));
        assertEquals(Set.of(CALL), inRealm("guest", status));
        assertEquals(Set.of(CALL), inRealm("public", status));
        assertEquals(Set.of(), inRealm("public", "crossbarfabriccenter.mrealm.get_nodes"));
    }

    @Test
    void whoever_may_look_reaches_metadata_of_which_the_controller_says_who_may_write() {
        for (String role : List.of("operator", "developer", "guest")) {
            assertTrue(inRealm(role, "io.bailiwick.mrealm.list_nodes").contains(CALL), role);
            for (String metadata :
                    List.of("io.bailiwick.mrealm.metadata.get", "crossbarfabriccenter.mrealm.metadata.get_docs")) {
                assertEquals(Set.of(CALL, SUBSCRIBE), inRealm(role, metadata), role);
                assertEquals(Set.of(), inRealm("node", metadata));
                assertEquals(Set.of(), inRealm("public", metadata));
            }
        }
        assertEquals(Set.of(CALL, SUBSCRIBE), inRealm("operator", "io.bailiwick.mrealm.call_node"));
        assertEquals(Set.of(), inRealm("developer", "io.bailiwick.mrealm.call_node"));
        assertEquals(Set.of(), inRealm("guest", "io.bailiwick.mrealm.get_heartbeats"));
    }

    @Test
    void a_node_does_exactly_what_a_node_must() {
        assertEquals(Set.of(CALL), inRealm("node", "crossbarfabriccenter.mrealm.get_status"));
        assertEquals(Set.of(REGISTER, PUBLISH), inRealm("node", "crossbarfabriccenter.node.n1.get_status"));
        assertEquals(Set.of(PUBLISH), inRealm("node", "crossbarfabriccenter.node.on_heartbeat"));
        assertEquals(Set.of(PUBLISH), inRealm("node", "crossbarfabriccenter.node.on_worker_heartbeat"));
        assertEquals(Set.of(CALL), inRealm("node", "io.bailiwick.mrealm.store_heartbeat"));
        for (String foreign : List.of(
                "crossbarfabriccenter.node.n2.get_status",
                "crossbarfabriccenter.node.n1",
                "crossbarfabriccenter.mrealm.get_nodes",
                "crossbarfabriccenter.remote.node.shutdown",
                "io.bailiwick.domain.list_nodes",
                "wamp.session.list",
                "com.example.shop")) {
            assertEquals(Set.of(), inRealm("node", foreign), foreign);
        }
    }

    /** The controller decides who may call what; whoever may is to come as far as that. */
    @Test
    void the_router_lets_through_whoever_has_the_right_to_a_procedure_of_a_realm() {
        List<String> kept = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        for (JavaMethod found : new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.bailiwick.mrealm")
                        .stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(Allowed.class))
                        .toList()) {
            Right right = found.getAnnotationOfType(Allowed.class).value();
            String uri = found.getAnnotationOfType(Procedure.class).value();
            seen.add(uri);
            for (String role : Roles.MANAGEMENT_REALM.roles().keySet()) {
                if (right.held(role) && !inRealm(role, uri).contains(CALL)) {
                    kept.add(role + " from " + uri);
                }
            }
        }
        assertTrue(seen.contains("io.bailiwick.mrealm.list_audit") && seen.size() > 20, seen.toString());
        assertEquals(List.of(), kept);
    }

    @Test
    void every_role_that_a_user_can_hold_and_join_in_exists_in_a_management_realm() {
        for (Role role : Role.values()) {
            assertEquals(role != Role.USER, Roles.MANAGEMENT_REALM.roles().containsKey(role.id()), role.id());
        }
    }
}
