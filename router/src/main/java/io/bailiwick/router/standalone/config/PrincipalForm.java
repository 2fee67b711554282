package io.bailiwick.router.standalone.config;

import io.bailiwick.router.admission.CertificateName;
import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Reading;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.Secret;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.message.Dict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads who may log in to a realm. */
final class PrincipalForm {
    private final String realm;
    private final Set<String> roles;

    /** Principals of a realm with these roles. */
    PrincipalForm(String realm, Set<String> roles) {
        this.realm = realm;
        this.roles = roles;
    }

    Principal principal(Section section) throws InvalidOptionsException {
        section.only(
                "authid",
                "role",
                "ticket",
                "wampcra",
                "wamp-scram",
                "scram",
                "authorized_keys",
                "certificates",
                "extra");
        String role = role(section.required("role"));
        List<Secret> secrets = new ArrayList<>();
        section.maybe("ticket", CredentialForms::ticket).ifPresent(secrets::add);
        section.section("wampcra", CredentialForms::cra).ifPresent(secrets::add);
        section.section("wamp-scram", CredentialForms.scram(ScramDialect.WAMP)).ifPresent(secrets::add);
        section.section("scram", CredentialForms.scram(ScramDialect.AUTOBAHN)).ifPresent(secrets::add);
        boolean bySasl = secrets.stream().anyMatch(secret -> secret.method().equals("wamp-scram"));
        return new Principal(
                realm,
                authid(section.required("authid"), bySasl),
                role,
                section.value("extra", PrincipalForm::extra, Dict.EMPTY),
                secrets,
                new LinkedHashSet<>(section.<PublicKey>values("authorized_keys", key -> key(key, section.reading()))),
                new LinkedHashSet<>(section.<CertificateName>values("certificates", PrincipalForm::certificate)));
    }

    /** The name of a role that is there. */
    String role(YamlNode node) throws InvalidOptionsException {
        String role = node.text();
        if (!roles.contains(role)) {
            throw node.wrong("a role of realm " + realm, "\"" + role + "\"");
        }
        return role;
    }

    private static String authid(YamlNode node, boolean bySasl) throws InvalidOptionsException {
        String authid = node.text();
        if (authid.isEmpty()) {
            throw node.wrong("an authid", "an empty text");
        }
        if (bySasl && !ScramDialect.prepared(authid).equals(authid)) {
            throw node.wrong("an authid in the form that SASLprep (RFC 4013) gives it", "another form");
        }
        return authid;
    }

    /** 64 hexadecimal characters, or a public key file. */
    static PublicKey key(YamlNode node, Reading reading) throws InvalidOptionsException {
        if (node.text().matches("[0-9a-fA-F]{64}")) {
            return PublicKey.of(node.text());
        }
        Path file = reading.path(node);
        try {
            return KeyFiles.readPublicKey(file);
        } catch (IOException unreadable) {
            throw node.wrong("64 hexadecimal characters or a public key file", "this: " + unreadable.getMessage());
        }
    }

    private static CertificateName certificate(YamlNode node) throws InvalidOptionsException {
        String text = node.text();
        return text.indexOf('=') >= 0 ? CertificateName.subject(text) : CertificateName.fingerprint(text);
    }

    private static Dict extra(YamlNode node) throws InvalidOptionsException {
        node.names();
        Object plain = node.plain();
        return Dict.of(Map.of("extra", Optional.ofNullable(plain).orElse(Map.of())))
                .dict("extra");
    }
}
