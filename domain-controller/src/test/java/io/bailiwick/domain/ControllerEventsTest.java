package io.bailiwick.domain;

import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.events;
import static io.bailiwick.domain.SmallDomain.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ClientSession;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who hears what when the controller of a realm fails; its process is a plain object here. */
class ControllerEventsTest {
    private static final String FAILED = "io.bailiwick.domain.on_controller_failed";
    private static final String RECOVERED = "io.bailiwick.domain.on_controller_recovered";
    private static final String EXIT_CODE = "left with exit code 3 without a word";

    @TempDir
    Path directory;

    private SmallDomain domain;
    private ClientSession root;
    private ClientSession alice;
    private ClientSession bob;
    private Object oid;

    @BeforeEach
    void open() throws Exception {
        domain = new SmallDomain(directory);
        domain.user("alice@example.org");
        domain.user("bob@example.org");
        root = domain.join(User.SUPERUSER);
        alice = domain.join("alice@example.org");
        bob = domain.join("bob@example.org");
        oid = dict(alice, MREALM + "create_mrealm", Map.of("name", "plant")).get("oid");
        dict(bob, MREALM + "create_mrealm", Map.of("name", "his"));
    }

    @AfterEach
    void close() {
        domain.close();
    }

    private Map<String, Object> expect(BlockingQueue<Map<?, ?>> told, String state) throws Exception {
        Map<?, ?> event = next(told);
        assertEquals(oid, event.get("oid"));
        assertEquals("plant", event.get("name"));
        Map<String, Object> controller = entries(event);
        assertEquals(state, controller.get("state"));
        return controller;
    }

    @SuppressWarnings("unchecked") // a dictionary on the wire has text keys
    private static Map<String, Object> entries(Map<?, ?> shown) {
        return (Map<String, Object>) shown.get("controller");
    }

    @Test
    void who_sees_a_realm_hears_that_its_controller_failed_and_is_back_and_the_superuser_alone_why() throws Exception {
        BlockingQueue<Map<?, ?>> rootFailed = events(root, FAILED);
        BlockingQueue<Map<?, ?>> rootBack = events(root, RECOVERED);
        BlockingQueue<Map<?, ?>> aliceFailed = events(alice, FAILED);
        BlockingQueue<Map<?, ?>> aliceBack = events(alice, RECOVERED);
        BlockingQueue<Map<?, ?>> bobFailed = events(bob, FAILED);
        assertNull(entries(dict(root, MREALM + "get_mrealm", oid)).get("last_failed"));

        domain.children.get("plant").leave(3);
        Map<String, Object> failed = expect(rootFailed, "waiting");
        assertEquals(EXIT_CODE, failed.get("reason"));
        assertEquals(EXIT_CODE, failed.get("last_reason"));
        OffsetDateTime.parse((String) failed.get("last_failed"));
        Map<String, Object> hers = expect(aliceFailed, "waiting");
        for (String key : new String[] {"reason", "last_reason"}) {
            assertTrue(String.valueOf(hers.get(key)).endsWith("the superuser can see why"), hers.toString());
        }
        Map<String, Object> back = expect(rootBack, "ready");
        assertNull(back.get("reason"));
        assertEquals(EXIT_CODE, back.get("last_reason"));
        assertEquals(failed.get("last_failed"), back.get("last_failed"));
        assertEquals(1L, back.get("restarts"));
        assertNotNull(expect(aliceBack, "ready").get("last_failed"));

        Map<String, Object> shown = entries(dict(root, MREALM + "get_mrealm", oid));
        assertEquals("ready", shown.get("state"));
        assertEquals(EXIT_CODE, shown.get("last_reason"));
        Map<String, Object> toAlice = entries(dict(alice, MREALM + "get_mrealm_by_name", "plant"));
        assertEquals(hers.get("last_reason"), toAlice.get("last_reason"));
        assertEquals(shown.get("last_failed"), toAlice.get("last_failed"));

        // A stranger hears of its own realm only, and first of that.
        domain.children.get("his").leave(4);
        assertEquals("his", next(bobFailed).get("name"));
        assertEquals("his", next(rootFailed).get("name"), "the failure before was told once");
    }
}
