package io.bailiwick.router.client;

import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.message.Dict;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself in HELLO, and how it proves that.
 *
 * @param realm the realm wanted, or null to be assigned one
 * @param authid the identity wanted, or null
 * @param authrole the role wanted, or null
 * @param login the method, and what it needs
 * @param authextra more for {@code HELLO.Details.authextra}; what the method needs is added
 */
public record Identity(
        @Nullable String realm,
        @Nullable String authid,
        @Nullable String authrole,
        Login login,
        Dict authextra) {

    /**
     * A client with a key, or without.
     *
     * @param key the key to prove with cryptosign, or null to ask for {@code anonymous}
     */
    public Identity(
            @Nullable String realm,
            @Nullable String authid,
            @Nullable String authrole,
            @Nullable SigningKey key,
            Dict authextra) {
        this(realm, authid, authrole, key == null ? new Login.Anonymous() : Login.Key.of(key), authextra);
    }

    /** Anonymous in a realm; also for in-process links, where the router has decided already. */
    public static Identity anonymous(@Nullable String realm) {
        return new Identity(realm, null, null, new Login.Anonymous(), Dict.EMPTY);
    }

    /** A user (or a realm controller) with a key. */
    public static Identity of(
            @Nullable String realm, @Nullable String authid, @Nullable String authrole, SigningKey key) {
        return new Identity(realm, authid, authrole, key, Dict.EMPTY);
    }
}
