package io.bailiwick.router.client;

/** A bean that no codec can write. */
public final class Unreadable {
    /** Fails. */
    public int getBad() {
        return Integer.parseInt("the secret is 1234");
    }
}
