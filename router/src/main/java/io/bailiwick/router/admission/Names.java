package io.bailiwick.router.admission;

import io.bailiwick.router.credential.Octets;
import io.bailiwick.router.credential.ScramDialect;
import java.util.HexFormat;

/** The names of claimants: the one that is looked up for the one that was claimed, and those of who has none. */
final class Names {
    private Names() {}

    /** A name for somebody who proves none, drawn at random: who names himself could take that of another. */
    static String anonymous() {
        return "anonymous-" + HexFormat.of().formatHex(Octets.random(10));
    }

    /**
     * What a name is looked up as: for {@code wamp-scram} SASLprep of it, for all other methods as it is. One that SASLprep
     * forbids stays as it is: nobody who has such a credential is called so.
     */
    static String asked(String authid, String method) {
        return method.equals(ScramDialect.WAMP.method())
                ? ScramDialect.WAMP.asked(authid).orElse(authid)
                : authid;
    }
}
