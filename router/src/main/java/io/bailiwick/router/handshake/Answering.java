package io.bailiwick.router.handshake;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The client's side of one {@link Exchange}: one method, one connection, one try. */
interface Answering {
    /** The name of the method in {@code authmethods}. */
    String method();

    /** What the method adds to {@code HELLO.Details.authextra}. */
    default Map<String, Object> authextra() {
        return Map.of();
    }

    /**
     * An authid as the method writes it in HELLO.
     *
     * @throws IllegalArgumentException for one that it does not allow
     */
    default String named(String authid) {
        return authid;
    }

    /**
     * The answer to a challenge. May take as long as the router asks for, within bounds.
     *
     * @param extra {@code CHALLENGE.Extra}
     * @param authid as in HELLO, or null
     * @throws RefusedException when the router is not to be answered
     * @throws io.bailiwick.router.message.ProtocolViolation for an Extra that is not of the method's form
     */
    Message.Authenticate answer(Dict extra, @Nullable String authid) throws RefusedException;

    /**
     * Looks at WELCOME.
     *
     * @param authextra {@code WELCOME.Details.authextra}
     * @param answered whether there was a challenge
     * @throws RefusedException when the router has not proven what it should
     */
    default void welcomed(Dict authextra, boolean answered) throws RefusedException {}
}
