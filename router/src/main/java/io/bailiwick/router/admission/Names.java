package io.bailiwick.router.admission;

import io.bailiwick.router.credential.ScramDialect;

/** The name that is looked up for the one that was claimed. */
final class Names {
    private Names() {}

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
