package io.bailiwick.domain;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;

/** A hundred sessions of one user, over real sockets, which call at once. */
final class Crowd {
    static final int CLIENTS = 100;
    static final String OK = "ok";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<ClientSession> sessions = new ArrayList<>();

    /** A call of one of the clients. */
    record Request(String procedure, Arguments arguments) {
        Request(String procedure, Object... arguments) {
            this(procedure, Arguments.of(arguments));
        }
    }

    Crowd(SmallDomain domain, String authid) throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            sessions.add(domain.join(authid));
        }
    }

    ClientSession session(int number) {
        return sessions.get(number);
    }

    /** What each of them gets: the first result, or an {@link ApplicationError}. */
    List<Object> answers(IntFunction<Request> requests) throws Exception {
        List<CompletableFuture<Arguments>> calls = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Request request = requests.apply(i);
            calls.add(sessions.get(i).call(request.procedure(), request.arguments(), PATIENCE));
        }
        List<Object> answers = new ArrayList<>();
        for (CompletableFuture<Arguments> each : calls) {
            try {
                answers.add(SmallDomain.within(each).list().get(0));
            } catch (ExecutionException e) {
                answers.add(e.getCause());
            }
        }
        return answers;
    }

    /** How often which outcome: {@code ok}, or the URI of an error. */
    Map<String, Integer> all(IntFunction<Request> requests) throws Exception {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (Object answer : answers(requests)) {
            outcomes.merge(answer instanceof ApplicationError error ? error.uri() : OK, 1, Integer::sum);
        }
        return outcomes;
    }

    static Map<String, Integer> oneWinsTheOthersGet(String error) {
        return new TreeMap<>(Map.of(OK, 1, error, CLIENTS - 1));
    }
}
