package io.bailiwick.domain.admission;

import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.router.cryptosign.PublicKey;
import java.util.HashSet;
import java.util.Set;

/** The keys whose holders are the superuser, as their files said when they were read last. Any thread. */
public final class SuperuserKeys {
    private volatile Set<PublicKey> keys;

    /** These keys. */
    public SuperuserKeys(Set<PublicKey> keys) {
        this.keys = Set.copyOf(keys);
    }

    /** Whether the holder of the key is the superuser now. */
    public boolean contains(PublicKey key) {
        return keys.contains(key);
    }

    /**
     * Puts other keys in the place of those there are.
     *
     * @return those that are gone: the sessions of their holders are to be ended
     */
    public synchronized Set<PublicKey> replace(Set<PublicKey> others) {
        Set<PublicKey> gone = new HashSet<>(keys);
        keys = Set.copyOf(others);
        gone.removeAll(others);
        return gone;
    }

    /** Whether one of these marks is that of a key that counts now. */
    boolean anyOf(Set<String> marks) {
        return keys.stream().map(key -> UserKeys.mark(key.hex())).anyMatch(marks::contains);
    }
}
