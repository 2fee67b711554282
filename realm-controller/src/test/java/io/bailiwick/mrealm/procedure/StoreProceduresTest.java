package io.bailiwick.mrealm.procedure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.RealmController;
import io.bailiwick.mrealm.RealmSettings;
import io.bailiwick.mrealm.TestRealm;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store of a realm, written to a file while it is in use. */
class StoreProceduresTest {
    private static final String EXPORT = "io.bailiwick.mrealm.export_store";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private static Object call(ClientSession session, UUID export) throws Exception {
        return session.call(EXPORT, Arguments.of(export.toString()), LIMIT)
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .list()
                .get(0);
    }

    @Test
    void the_domain_gets_a_file_that_only_its_owner_reads_and_the_realms_owner_gets_none() throws Exception {
        try (TestRealm realm = new TestRealm(directory);
                RealmController controller =
                        RealmController.start(RealmSettings.of(realm.settings(directory.resolve("store"), "")))) {
            assertTrue(!controller.ended().isDone());
            UUID export = UUID.randomUUID();
            Number bytes = (Number) call(realm.local("domain", "backend"), export);
            Path file = directory.resolve("store/export-" + export + ".ndjson");
            assertEquals(Files.size(file), bytes.longValue());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertTrue(Files.readAllLines(file).get(0).contains("mrealm"), "it says of which schema it is");

            for (String role : new String[] {"owner", "node", "backend"}) {
                ClientSession other = realm.local("somebody", role);
                ExecutionException refused =
                        assertThrows(ExecutionException.class, () -> call(other, UUID.randomUUID()));
                assertEquals("wamp.error.not_authorized", ((ApplicationError) refused.getCause()).uri(), role);
            }
        }
    }
}
