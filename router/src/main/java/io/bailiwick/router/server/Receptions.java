package io.bailiwick.router.server;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The links that have come in and are not gone, whether they have joined or not. Safe on any thread. */
final class Receptions {
    private final Set<Reception> present = ConcurrentHashMap.newKeySet();

    void add(Reception reception) {
        present.add(reception);
    }

    void forget(Reception reception) {
        present.remove(reception);
    }

    /** One session has logged out: the others that have its cookie end with it, also those still in the handshake. */
    void logOut(Reception one) {
        Optional<String> cookie = one.peer().cookie();
        if (cookie.isPresent()) {
            for (Reception other : present) {
                if (other != one && other.peer().cookie().equals(cookie)) {
                    other.logOut();
                }
            }
        }
    }

    /** Sends away who is still in the handshake; completes when all links are gone. */
    CompletableFuture<Void> dismiss() {
        return CompletableFuture.allOf(present.stream().map(Reception::dismiss).toArray(CompletableFuture[]::new));
    }
}
