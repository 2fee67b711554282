package io.bailiwick.router.admission;

import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.link.ChannelSecurity.ClientCertificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The principals of a configuration, found by name, by key and by certificate. Immutable. */
public final class StaticPrincipals {
    private final Set<String> realms = new LinkedHashSet<>();
    private final Map<String, String> anonymousRoles;
    private final Map<String, List<Principal>> byAuthid = new LinkedHashMap<>();
    private final Map<PublicKey, List<Principal>> byKey = new LinkedHashMap<>();
    private final Map<CertificateName, List<Principal>> byCertificate = new LinkedHashMap<>();
    /** Who has a secret or a key, by realm: what somebody who does not exist is made to look like. */
    private final Map<String, List<Principal>> models = new LinkedHashMap<>();

    /**
     * The principals of a configuration.
     *
     * @param principals of all realms
     * @param anonymousRoles realm to the role of those who prove nothing; a realm that is not named lets none in
     * @throws IllegalArgumentException for two principals of one name in one realm
     */
    public StaticPrincipals(List<Principal> principals, Map<String, String> anonymousRoles) {
        this.anonymousRoles = Map.copyOf(anonymousRoles);
        realms.addAll(anonymousRoles.keySet());
        for (Principal principal : principals) {
            add(principal);
        }
    }

    private void add(Principal principal) {
        List<Principal> namesakes = list(byAuthid, principal.authid());
        if (namesakes.stream().anyMatch(other -> other.realm().equals(principal.realm()))) {
            throw new IllegalArgumentException("realm " + principal.realm() + ": expected each authid once, but found "
                    + principal.authid() + " twice");
        }
        realms.add(principal.realm());
        namesakes.add(principal);
        principal.authorizedKeys().forEach(key -> list(byKey, key).add(principal));
        principal.certificates().forEach(name -> list(byCertificate, name).add(principal));
        if (!principal.secrets().isEmpty() || !principal.authorizedKeys().isEmpty()) {
            list(models, principal.realm()).add(principal);
        }
    }

    private static <K> List<Principal> list(Map<K, List<Principal>> index, K key) {
        return index.computeIfAbsent(key, none -> new ArrayList<>());
    }

    boolean hasRealm(String realm) {
        return realms.contains(realm);
    }

    Optional<String> anonymousRole(@Nullable String realm) {
        return realm == null ? Optional.empty() : Optional.ofNullable(anonymousRoles.get(realm));
    }

    boolean hasKeys() {
        return !byKey.isEmpty();
    }

    List<Principal> named(String authid) {
        return byAuthid.getOrDefault(authid, List.of());
    }

    List<Principal> owning(PublicKey key) {
        return byKey.getOrDefault(key, List.of());
    }

    List<Principal> certified(ClientCertificate certificate) {
        return CertificateName.of(certificate).stream()
                .flatMap(name -> byCertificate.getOrDefault(name, List.of()).stream())
                .distinct()
                .toList();
    }

    /** The realms in which somebody has a secret or a key. */
    List<String> modelRealms() {
        return List.copyOf(models.keySet());
    }

    List<Principal> models(String realm) {
        return models.getOrDefault(realm, List.of());
    }
}
