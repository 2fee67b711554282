package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One value in the store of a realm, a number that only grows, with one writer and any number of readers: whatever is read was
 * tried, is not older than what was acknowledged before the question, and not older than what was read before. So what was acknowledged is
 * never lost, in its order, and what was refused is never there.
 */
final class Register {
    private static final String METADATA = "io.bailiwick.mrealm.metadata.";
    private static final String NAME = "number";
    private static final String REFUSED = "no name";

    private final ClientSession realm;
    private final String object;
    private final AtomicLong tried = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private long read;

    /** A register among the attributes of an object, which has none yet. */
    Register(ClientSession realm, String object) {
        this.realm = realm;
        this.object = object;
    }

    /** Writes the next number; every tenth is written together with what must be refused. */
    void write() throws Exception {
        long number = tried.get() + 1;
        if (number % 10 == 0) {
            refused();
        }
        tried.set(number);
        Load.answered(() -> {
            Fleet.call(realm, METADATA + "set_attributes", object, Map.of(NAME, number));
            acknowledged.set(number);
            return number;
        });
    }

    /** Writes the next number; fails unless it is acknowledged. */
    void demand() throws Exception {
        long number = tried.incrementAndGet();
        Fleet.call(realm, METADATA + "set_attributes", object, Map.of(NAME, number));
        acknowledged.set(number);
    }

    private void refused() throws Exception {
        try {
            Load.answered(
                    () -> Fleet.call(realm, METADATA + "set_attributes", object, Map.of(NAME, -1L, REFUSED, -1L)));
        } catch (ExecutionException error) {
            assertTrue(error.getCause() instanceof ApplicationError, "expected an error, but found " + error);
        }
    }

    /** Reads and judges. */
    synchronized void check(String when) throws Exception {
        long before = acknowledged.get();
        Map<?, ?> attributes =
                (Map<?, ?>) Fleet.dictionary(realm, METADATA + "get", object).get("attributes");
        long now = attributes.get(NAME) instanceof Number number ? number.longValue() : 0;
        assertTrue(!attributes.containsKey(REFUSED), when + ": what was refused is there: " + attributes);
        assertTrue(
                now >= before && now >= read && now <= tried.get(),
                when + ": read " + now + ", after " + read + ", acknowledged " + before + ", tried " + tried);
        read = now;
    }

    long acknowledged() {
        return acknowledged.get();
    }
}
