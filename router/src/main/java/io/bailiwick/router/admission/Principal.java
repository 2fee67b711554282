package io.bailiwick.router.admission;

import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.credential.Secret;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.message.Dict;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who may log in to a realm. The ways are what it has: a method is configured for it when there is a secret, a key
 * or a certificate for it.
 *
 * @param realm the realm it belongs to
 * @param authid its name, unique in the realm; as SASLprep leaves it, where {@code wamp-scram} is used
 * @param authrole its role there
 * @param authextra for {@code WELCOME.Details.authextra}
 * @param secrets for {@code ticket}, {@code wampcra}, {@code wamp-scram} and {@code scram}, at most one each
 * @param authorizedKeys for {@code cryptosign}
 * @param certificates for {@code tls}
 */
public record Principal(
        String realm,
        String authid,
        String authrole,
        Dict authextra,
        List<Secret> secrets,
        Set<PublicKey> authorizedKeys,
        Set<CertificateName> certificates) {

    /**
     * Copies its collections.
     *
     * @throws IllegalArgumentException for two secrets of one method
     */
    public Principal {
        secrets = List.copyOf(secrets);
        authorizedKeys = Set.copyOf(authorizedKeys);
        certificates = Set.copyOf(certificates);
        Set<String> methods = new HashSet<>();
        for (Secret secret : secrets) {
            if (!methods.add(secret.method())) {
                throw new IllegalArgumentException("principal " + authid + " of realm " + realm
                        + ": expected one secret for each method, but found two for " + secret.method());
            }
        }
    }

    /**
     * The marks of all that it may log in with: what {@code Admission.provenBy} has of a login is among them as long as that
     * is valid.
     *
     * @param noise that of the authenticator
     */
    public Set<String> marks(Noise noise) {
        Set<String> marks = new HashSet<>();
        secrets.forEach(secret -> marks.add(secret.mark(noise)));
        authorizedKeys.forEach(key -> marks.add(mark(key, noise)));
        certificates.forEach(name -> marks.add(name.mark(noise)));
        return marks;
    }

    static String mark(PublicKey key, Noise noise) {
        return noise.mark("cryptosign " + key.hex());
    }

    Optional<Secret> secret(String method) {
        return secrets.stream().filter(secret -> secret.method().equals(method)).findFirst();
    }
}
