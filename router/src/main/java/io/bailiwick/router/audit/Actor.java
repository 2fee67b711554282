package io.bailiwick.router.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who did something, as the router knows it: never as somebody says of himself. What is not known is null.
 *
 * @param authid the identity
 * @param authrole the role in which it acted
 * @param userOid the user's row
 * @param pubkey the key by which the session joined, 64 hexadecimal characters
 * @param session the id of the session
 * @param address where the session comes from, for example {@code tcp:192.0.2.7:51234}
 */
public record Actor(
        String authid,
        String authrole,
        @Nullable UUID userOid,
        @Nullable String pubkey,
        @Nullable Long session,
        @Nullable String address) {

    private static final int MOST = 512;

    /** The software itself, for what nobody asked for. */
    public static Actor system(String name) {
        return new Actor(name, "backend", null, null, null, null);
    }

    /** The same with the oid of its row. */
    public Actor withUser(@Nullable UUID oid) {
        return new Actor(authid, authrole, oid, pubkey, session, address);
    }

    Map<String, @Nullable Object> form() {
        Map<String, @Nullable Object> form = new LinkedHashMap<>();
        form.put("authid", Content.shortened(authid, MOST));
        form.put("authrole", Content.shortened(authrole, MOST));
        form.put("user_oid", Objects.toString(userOid, null));
        form.put("pubkey", pubkey);
        form.put("session", session);
        form.put("address", address == null ? null : Content.shortened(address, MOST));
        form.values().removeIf(Objects::isNull);
        return form;
    }
}
