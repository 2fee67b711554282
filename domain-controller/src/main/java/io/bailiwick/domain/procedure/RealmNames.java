package io.bailiwick.domain.procedure;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.UriRule;
import java.util.List;
import java.util.regex.Pattern;

/** Which names a management realm may have: those that Crossbar.io FX allows, as long as they are URIs. */
final class RealmNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_\\-@.]{2,254}");

    /** No realm's name begins like this: WAMP's own, the domain's, and those Crossbar.io FX keeps for itself. */
    private static final List<String> PROTECTED = List.of(
            "io.bailiwick",
            "io.crossbar",
            "com.crossbario",
            "de.crossbario",
            "crossbar",
            "fabric",
            "autobahn",
            "wamp",
            "ws.wamp",
            "io.wamp");

    private RealmNames() {}

    /**
     * Passes a name that may be used.
     *
     * @throws ApplicationError {@code fabric.invalid-realm}
     */
    static String checked(String name) {
        if (!NAME.matcher(name).matches() || !UriRule.LOOSE.allows(name)) {
            throw invalid("expected 3 to 255 letters, digits, _, -, @ and single dots between them, a letter first, "
                    + "as the name of a realm, but found something else");
        }
        for (String prefix : PROTECTED) {
            if (name.startsWith(prefix)) {
                throw invalid("expected a name of a realm that does not begin with " + prefix
                        + ", which is protected, but found one that does");
            }
        }
        return name;
    }

    private static ApplicationError invalid(String text) {
        return new ApplicationError(FabricErrors.INVALID_REALM, text);
    }
}
