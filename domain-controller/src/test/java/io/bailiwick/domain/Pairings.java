package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.cryptosign.SigningKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/**
 * What one client has done to the nodes of a realm, one thing after the other: it pairs nodes with new names and unpairs old ones.
 * Each is acknowledged or, if the master died over it, in doubt; so after a restart exactly what was acknowledged is there, but for
 * the one thing in doubt. That is at once that nothing is lost, that nothing comes back, and that the order is kept.
 */
final class Pairings {
    private static final int KEPT = 5;

    private final String prefix;
    private final TreeMap<Integer, SigningKey> nodes = new TreeMap<>();
    private int next;
    private int acknowledged;
    /** The node that is being paired or unpaired: whether it is there is not known. */
    private int doubtful = -1;

    private SigningKey doubtfulKey = SigningKey.generate();
    private boolean unpairing;

    /** Of nodes whose names begin so. */
    Pairings(String prefix) {
        this.prefix = prefix;
    }

    /** Does one thing more. */
    void step(ClientSession domain) throws Exception {
        if (nodes.size() >= KEPT) {
            unpairing = true;
            doubtful = nodes.firstKey();
            doubtfulKey = nodes.get(doubtful);
            nodes.remove(doubtful);
            Fleet.call(domain, Fleet.MREALM + "unpair_node_by_name", "default", prefix + doubtful);
        } else {
            unpairing = false;
            doubtful = next++;
            doubtfulKey = SigningKey.generate();
            pair(domain, prefix + doubtful, doubtfulKey);
            nodes.put(doubtful, doubtfulKey);
        }
        doubtful = -1;
        acknowledged++;
        if (acknowledged % 7 == 0 && !nodes.isEmpty()) {
            assertRefused(domain, nodes.get(nodes.lastKey()));
        }
    }

    private void assertRefused(ClientSession domain, SigningKey paired) throws Exception {
        try {
            pair(domain, prefix + "refused", paired);
        } catch (ExecutionException refused) {
            return;
        }
        throw new AssertionError("expected a key that is paired to be refused, but it was taken");
    }

    private static void pair(ClientSession domain, String name, SigningKey key) throws Exception {
        Fleet.call(domain, Fleet.MREALM + "pair_node", key.publicKey().hex(), "default", name, Map.of());
    }

    /** The last step was refused: there is no doubt that nothing has changed. */
    void refused() {
        if (unpairing) {
            nodes.put(doubtful, doubtfulKey);
        }
        doubtful = -1;
    }

    /** Judges what is there after a restart, and settles what was in doubt by it. */
    void check(ClientSession domain, String when) throws Exception {
        List<?> names = (List<?>) Fleet.call(domain, Fleet.MREALM + "list_nodes", true);
        Map<Integer, String> found = new HashMap<>();
        for (Object name : names) {
            if (String.valueOf(name).startsWith(prefix)) {
                String number = String.valueOf(name).substring(prefix.length());
                assertTrue(!number.equals("refused"), when + ": what was refused is there");
                Map<String, Object> node =
                        Fleet.dictionary(domain, Fleet.MREALM + "get_node_by_name", "default", String.valueOf(name));
                found.put(Integer.valueOf(number), String.valueOf(node.get("pubkey")));
            }
        }
        if (doubtful >= 0 && found.containsKey(doubtful)) {
            nodes.put(doubtful, doubtfulKey);
        }
        doubtful = -1;
        Map<Integer, String> expected = new HashMap<>();
        nodes.forEach((number, key) -> expected.put(number, key.publicKey().hex()));
        assertEquals(expected, found, when);
    }

    int acknowledged() {
        return acknowledged;
    }

    /** A node that is paired for certain, by name, or none. */
    Map<String, SigningKey> some() {
        return nodes.isEmpty() ? Map.of() : Map.of(prefix + nodes.lastKey(), nodes.get(nodes.lastKey()));
    }
}
