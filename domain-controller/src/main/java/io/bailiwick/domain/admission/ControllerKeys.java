package io.bailiwick.domain.admission;

import io.bailiwick.router.cryptosign.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of the realm controllers that run now. Each start of a realm controller gets a key of its own, which lets it
 * into its one realm and is worth nothing when it has left. In memory only. Any thread.
 */
public final class ControllerKeys {
    private final Map<PublicKey, String> realms = new ConcurrentHashMap<>();

    /** No keys. */
    public ControllerKeys() {}

    /** Lets the holder of a key join a realm as its controller. */
    public void add(PublicKey key, String realm) {
        realms.put(key, realm);
    }

    /** Forgets a key. */
    public void remove(PublicKey key) {
        realms.remove(key);
    }

    /** The realm whose controller holds the key. */
    public Optional<String> realmOf(PublicKey key) {
        return Optional.ofNullable(realms.get(key));
    }
}
