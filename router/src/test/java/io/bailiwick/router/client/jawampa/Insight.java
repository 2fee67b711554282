package io.bailiwick.router.client.jawampa;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Looks into a session, and into jawampa's own tables, for tests. */
public final class Insight {
    private Insight() {}

    /** How many requests wait for the router. */
    public static int waiting(JawampaSession session) throws Exception {
        return session.ask((requests, connection) -> requests.size()).get(10, TimeUnit.SECONDS);
    }

    /** How many messages were ignored. */
    public static long ignored(JawampaSession session) throws Exception {
        return session.ask((requests, connection) -> connection.ignored()).get(10, TimeUnit.SECONDS);
    }

    /** How many requests wait in jawampa's own table. */
    public static int waitingInJawampa(JawampaSession session) throws Exception {
        Object controller = field(field(session, "client"), "stateController");
        return session.ask((requests, connection) -> {
                    try {
                        return ((Map<?, ?>) field(field(controller, "currentState"), "requestMap")).size();
                    } catch (NoSuchFieldException ended) {
                        // Only the state of an open session has such a table.
                        return 0;
                    } catch (ReflectiveOperationException e) {
                        throw new LinkageError(e.getMessage(), e);
                    }
                })
                .get(10, TimeUnit.SECONDS);
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
