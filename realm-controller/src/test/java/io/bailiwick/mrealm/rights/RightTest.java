package io.bailiwick.mrealm.rights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RightTest {
    private static final List<String> ROLES =
            List.of("backend", "owner", "admin", "operator", "developer", "guest", "node", "public", "");

    @ParameterizedTest
    @CsvSource({
        "EVERYBODY, 'backend owner admin operator developer guest node public '",
        "LOOKS, backend owner admin operator developer guest",
        "DEVELOPS, backend owner admin operator developer",
        "OPERATES, backend owner admin operator",
        "ADMINISTERS, backend owner admin",
        "IS_NODE, backend node",
        "IS_DOMAIN, backend"
    })
    void a_right_is_held_by_a_role_and_all_that_are_stronger(Right right, String roles) {
        assertEquals(
                List.of(roles.split(" ", -1)),
                ROLES.stream().filter(right::held).toList());
    }

    @Test
    void a_caller_whose_role_is_not_told_has_none() {
        Invocation unknown = new Invocation("p", Arguments.NONE, Dict.EMPTY);
        Right.EVERYBODY.require(unknown);
        ApplicationError error = assertThrows(ApplicationError.class, () -> Right.LOOKS.require(unknown));
        assertEquals("wamp.error.not_authorized", error.uri());
    }

    @Test
    void a_procedure_that_says_nothing_is_called_by_nobody() throws Exception {
        Invocation owner = new Invocation("p", Arguments.NONE, Dict.of("caller_authrole", "backend"));
        RealmGuard guard = new RealmGuard();
        assertThrows(IllegalStateException.class, () -> guard.check(Stream.class.getMethod("count"), owner));
    }
}
