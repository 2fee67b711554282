package io.bailiwick.router.client;

/** A bean that no codec can write. */
public final class Unreadable {
    /** Fails. */
    public int getBad() {
        throw new IllegalStateException("the secret is 1234");
    }
}
