package io.bailiwick.router.handshake;

import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a HELLO asks for. Nothing of it is proven.
 *
 * @param realm the realm asked for, or null to be assigned one
 * @param authid the authid asked for, or null
 * @param authrole the role asked for, or null
 * @param authmethods the methods offered, in the client's order; {@code ["anonymous"]} when HELLO had none
 * @param authextra {@code HELLO.Details.authextra}, with {@code pubkey} for cryptosign
 * @param peer where it comes from
 */
public record Claim(
        @Nullable String realm,
        @Nullable String authid,
        @Nullable String authrole,
        List<String> authmethods,
        Dict authextra,
        Peer peer) {}
