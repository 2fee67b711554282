package io.bailiwick.router.admission;

import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.Kdf;
import io.bailiwick.router.credential.Octets;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.credential.Secret;
import io.bailiwick.router.message.Dict;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an application's procedure tells of a principal, in the form that Crossbar.io knows: a dictionary with {@code role}
 * and, as it pleases, {@code realm}, {@code authid}, {@code extra} and what the method needs; or the role alone, as a text.
 */
final class DynamicPrincipal {
    private static final int MAX_SALT = 1024;

    private final Dict fields;

    private DynamicPrincipal(Dict fields) {
        this.fields = fields;
    }

    /**
     * Reads a result.
     *
     * @throws IllegalArgumentException when it is none of the two
     */
    static DynamicPrincipal of(Caller.Returned returned) {
        Object first = returned.list().isEmpty() ? null : returned.list().get(0);
        if (first instanceof String role) {
            return new DynamicPrincipal(Dict.of("role", role));
        }
        if (first instanceof Map<?, ?>) {
            return new DynamicPrincipal(Dict.of("principal", first).dict("principal"));
        }
        throw new IllegalArgumentException("principal: expected a dictionary or a role, but found " + Dict.kind(first));
    }

    @Nullable
    String text(String key) {
        return fields.textOrNull(key);
    }

    Dict extra() {
        return fields.dict("extra");
    }

    /** Whether the key is among those it names in {@code pubkey}, a text or a list of texts; if it names none, it is. */
    boolean accepts(String pubkey) {
        Object named = fields.entries().get("pubkey");
        if (named == null) {
            return true;
        }
        List<?> keys = named instanceof List<?> list ? list : List.of(named);
        return keys.stream().anyMatch(key -> key instanceof String text && text.equalsIgnoreCase(pubkey));
    }

    /** Whether the ticket is the one it names; if it names none, the procedure has looked at it and said yes. */
    boolean acceptsTicket(String ticket) {
        String named = text("ticket");
        return named == null || Octets.same(named, ticket);
    }

    /**
     * The secret for a method.
     *
     * @throws IllegalArgumentException when a part is missing or not of its form
     */
    Secret secret(String method) {
        return switch (method) {
            case "wampcra" -> cra();
            case "wamp-scram" -> scram(ScramDialect.WAMP);
            default -> scram(ScramDialect.AUTOBAHN);
        };
    }

    private CraSecret cra() {
        String derived = text("derived-key");
        String salt = text("salt");
        if (salt == null) {
            return CraSecret.plain(required("secret"));
        }
        CraSecret.Salting salting = new CraSecret.Salting(
                salt, number("iterations", CraSecret.DEFAULT_ITERATIONS), number("keylen", CraSecret.DEFAULT_KEYLEN));
        return CraSecret.derived(derived == null ? salting.keyOf(required("secret")) : derived, salting);
    }

    private ScramCredential scram(ScramDialect dialect) {
        String kdf = required("kdf");
        Kdf known = dialect.kdf(kdf)
                .orElseThrow(() -> new IllegalArgumentException("kdf: expected one of " + dialect.method()));
        ScramParameters parameters =
                new ScramParameters(known, salt(required("salt")), number("iterations", 0), number("memory", 0));
        return ScramCredential.stored(dialect, parameters, required("stored-key"), required("server-key"));
    }

    /** Hexadecimal, as Crossbar.io stores it, or Base64. */
    private static byte[] salt(String text) {
        if (text.length() % 2 == 0 && !text.isEmpty() && text.chars().allMatch(HexFormat::isHexDigit)) {
            return HexFormat.of().parseHex(text);
        }
        byte[] salt = Octets.fromBase64(text, MAX_SALT);
        if (salt == null) {
            throw new IllegalArgumentException("salt: expected hexadecimal digits or Base64, but found another text");
        }
        return salt;
    }

    private String required(String key) {
        return Optional.ofNullable(text(key))
                .orElseThrow(() -> new IllegalArgumentException("principal: expected " + key + ", but found none"));
    }

    private int number(String key, int otherwise) {
        return Math.toIntExact(fields.integer(key).orElse(otherwise));
    }
}
