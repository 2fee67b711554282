package io.bailiwick.mrealm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.node.Retention;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RealmSettingsTest {
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String LEAST =
            "{'realm':'r1','realm_oid':'137e29d7-be44-4578-ac39-e1c66c648e80','directory':'/d',"
                    + "'router':'unix:/r.sock','key':'" + KEY + "','authid':'realm-controller'}";

    private static RealmSettings read(String line) {
        return RealmSettings.of(line.replace('\'', '"'));
    }

    private static void refused(String line, String what) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> read(line)).getMessage();
        assertTrue(message.contains(what), message);
        assertFalse(message.contains(KEY.substring(0, 16)), "the key is in the message: " + message);
    }

    @Test
    void what_is_not_told_has_its_default() {
        RealmSettings settings = read(LEAST);
        assertEquals("r1", settings.realm());
        assertEquals(Path.of("/d"), settings.directory());
        assertEquals(KEY, settings.key().seed());
        assertEquals(Duration.ofSeconds(5), settings.tick());
        assertEquals(Duration.ofSeconds(30), settings.lease());
        assertEquals(Retention.DEFAULT, settings.retention());
    }

    @Test
    void times_may_have_fractions_and_retention_may_be_told() {
        RealmSettings settings = read(
                LEAST.replace(
                        "}",
                        ",'tick_seconds':0.5,'lease_seconds':2,'retention_days':0.5,'retention_count':10,'retention_bytes':4194304}"));
        assertEquals(Duration.ofMillis(500), settings.tick());
        assertEquals(Duration.ofSeconds(2), settings.lease());
        assertEquals(new Retention(Duration.ofHours(12), 10, 4 << 20), settings.retention());
    }

    @Test
    void complaints_name_the_setting_and_never_the_key() {
        refused(LEAST.replace("'realm'", "'rea'"), "realm: expected a text, but found nothing");
        refused(LEAST.replace("137e29d7", "x"), "realm_oid: expected a UUID");
        refused(LEAST.replace("'/d'", "7"), "directory: expected a text");
        refused(LEAST.replace("unix:", "http:"), "");
        refused(LEAST.replace("unix:/r.sock", "ws://h:1/ws"), "router: expected unix:/path or rs://host:port");
        refused(LEAST.replace("cdef'", "cde'"), "");
        refused(LEAST.replace("}", ",'tick_seconds':0}"), "tick_seconds: expected a number above 0");
        refused(LEAST.replace("}", ",'lease_seconds':'long'}"), "lease_seconds: expected a number above 0");
        refused(LEAST.replace("}", ""), "settings: expected one line of JSON");
        refused(LEAST + "," + LEAST, "settings: expected one line of JSON");
        refused("[]", "settings: expected an object");
    }

    @Test
    void printed_settings_hold_no_key() {
        assertFalse(read(LEAST).toString().contains(KEY));
    }
}
