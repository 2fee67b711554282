package io.bailiwick.domain.backup;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has happened since a backup, as far as who may come in is concerned.
 *
 * @param what in words: {@code node paired}, {@code node unpaired}, {@code node key revoked},
 *     {@code node key denied}, {@code join code ended}, {@code join code used}, {@code user key added}, {@code user key revoked}, {@code role changed}, {@code realm created}, {@code realm deleted}
 * @param name whom or what it is about: an authid, or the id of a code, with the realm behind it where there is one; the key
 *     where no node is known by it
 * @param pubkey the key, where it is about one
 * @param kept whether it holds after the restore too
 */
public record Change(String what, String name, @Nullable String pubkey, boolean kept) {
    /** As it goes over the wire. */
    public Map<String, @Nullable Object> wire() {
        Map<String, @Nullable Object> wire = new LinkedHashMap<>();
        wire.put("what", what);
        wire.put("name", name);
        wire.put("pubkey", pubkey);
        wire.put("kept", kept);
        return wire;
    }
}
