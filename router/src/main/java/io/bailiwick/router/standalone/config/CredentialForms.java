package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.CraSecret.Salting;
import io.bailiwick.router.credential.Kdf;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.credential.TicketHash;
import java.util.Base64;
import java.util.Optional;

/** Reads what principals log in with. No fault repeats a secret. */
final class CredentialForms {
    private CredentialForms() {}

    /** The hash of a ticket. */
    static TicketHash ticket(YamlNode node) throws InvalidOptionsException {
        return TicketHash.parse(node.text());
    }

    /** {@code key}, {@code salt} and what belongs to them; or {@code secret_file}; or {@code secret}. */
    static CraSecret cra(Section section) throws InvalidOptionsException {
        section.only("key", "salt", "iterations", "keylen", "secret", "secret_file");
        Optional<String> plain = secret(section);
        if (plain.isPresent()) {
            if (section.get("key").isPresent() || section.get("salt").isPresent()) {
                throw section.node().wrong("either key and salt or a secret", "both");
            }
            return CraSecret.plain(plain.get());
        }
        return CraSecret.derived(
                section.required("key").text(),
                new Salting(
                        section.required("salt").text(),
                        section.number("iterations", 1, CraSecret.DEFAULT_ITERATIONS),
                        section.number("keylen", 1, CraSecret.DEFAULT_KEYLEN)));
    }

    /** {@code secret_file} or {@code secret}. */
    static Optional<String> secret(Section section) throws InvalidOptionsException {
        Optional<YamlNode> file = section.get("secret_file");
        Optional<YamlNode> inline = section.get("secret");
        if (file.isPresent() && inline.isPresent()) {
            throw section.node().wrong("either secret or secret_file", "both");
        }
        if (file.isPresent()) {
            return Optional.of(section.reading().secretFile(file.get()));
        }
        return inline.isPresent() ? Optional.of(section.reading().inlineSecret(inline.get())) : Optional.empty();
    }

    /** A credential of a dialect. */
    static Section.Form<ScramCredential> scram(ScramDialect dialect) {
        return section -> scram(dialect, section);
    }

    private static ScramCredential scram(ScramDialect dialect, Section section) throws InvalidOptionsException {
        section.only("kdf", "salt", "iterations", "memory", "stored_key", "server_key");
        YamlNode name = section.required("kdf");
        Optional<Kdf> kdf = dialect.kdf(name.text());
        if (kdf.isEmpty()) {
            throw name.wrong(
                    "one of " + dialect.nameOf(Kdf.PBKDF2) + ", " + dialect.nameOf(Kdf.ARGON2ID13),
                    "\"" + name.text() + "\"");
        }
        ScramParameters parameters = new ScramParameters(
                kdf.get(),
                base64(section.required("salt")),
                section.required("iterations").number(1, Integer.MAX_VALUE),
                section.number("memory", 0, 0));
        if (!parameters.isReasonable()) {
            throw section.node()
                    .wrong(
                            "a salt of 8 octets or more, and a cost that clients accept (PBKDF2: 4096 iterations or more)",
                            "other ones");
        }
        return ScramCredential.stored(
                dialect,
                parameters,
                section.required("stored_key").text(),
                section.required("server_key").text());
    }

    private static byte[] base64(YamlNode node) throws InvalidOptionsException {
        try {
            return Base64.getDecoder().decode(node.text());
        } catch (IllegalArgumentException other) {
            throw node.wrong("Base64", "another text");
        }
    }
}
