package io.bailiwick.router.rlink;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way that an event or a call has come, as {@code forward_for} tells it: who began it, if that is to be known, and then each
 * realm that it was forwarded from, in the order of the way. Each is a dictionary of {@code session}, {@code authid} and
 * {@code authrole}; that of a realm has the number of the {@link Place}, the name of the link and {@code rlink}.
 */
final class Trail {
    private static final String KEY = "forward_for";

    private final String name;
    private final Place from;
    private final Place to;
    private final boolean transit;
    private final int hops;

    /** The trail of what goes from one realm to another. */
    Trail(RouterLinkOptions options, Place from, Place to) {
        this.name = options.name();
        this.from = from;
        this.to = to;
        this.transit = options.transit();
        this.hops = options.hops();
    }

    /**
     * The way with one step more.
     *
     * @param details of the EVENT or INVOCATION
     * @param origin the prefix of the keys that tell who began it: {@code publisher} or {@code caller}
     * @param publication what the event is called where it began; 0 for a call
     * @return null when it must not go on: it has been at either end of this link before, or has come too far
     */
    @Nullable
    List<Object> extended(Dict details, String origin, long publication) {
        List<?> past = details.entries().get(KEY) instanceof List<?> list ? list : List.of();
        int steps = 0;
        for (Object step : past) {
            if (step instanceof Map<?, ?> one && SessionDetails.ROUTER_LINK.equals(one.get("authrole"))) {
                steps++;
                if (one.get("session") instanceof Number number
                        && (number.longValue() == from.id() || number.longValue() == to.id())) {
                    return null;
                }
            }
        }
        if (steps >= hops || (steps > 0 && !transit)) {
            return null;
        }
        List<Object> way = new ArrayList<>(past);
        Object session = details.entries().get(origin);
        if (past.isEmpty() && session != null) {
            way.add(step(
                    session,
                    details.text(origin + "_authid").orElse(""),
                    details.text(origin + "_authrole").orElse("")));
        }
        Map<String, Object> here = step(from.id(), name, SessionDetails.ROUTER_LINK);
        if (steps == 0 && publication != 0) {
            here.put("publication", publication);
        }
        way.add(here);
        return way;
    }

    private static Map<String, Object> step(Object session, String authid, String authrole) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("session", session);
        step.put("authid", authid);
        step.put("authrole", authrole);
        return step;
    }
}
