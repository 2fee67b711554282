package io.bailiwick.router.dealer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which callee answers for a key (WAMP, "Sharded Registrations"): each callee is weighed against the key, and the heaviest has
 * it. When a callee comes or goes, only the keys that it gains or had move.
 *
 * <p>It is the authid that is weighed, so that a callee has its keys again when it comes back; sessions of one authid share
 * the keys of that authid in the same way.
 */
final class Partition {
    private Partition() {}

    /** The callee for a key, of those that understand the call and have not been tried; null when there is none. */
    static @Nullable Callee of(String key, List<Callee> callees, PendingCall call) {
        Callee best = null;
        for (Callee callee : callees) {
            if (callee.mayTake(call) && (best == null || isHeavier(key, callee, best))) {
                best = callee;
            }
        }
        return best;
    }

    private static boolean isHeavier(String key, Callee callee, Callee than) {
        String authid = callee.session().member().details().authid();
        String other = than.session().member().details().authid();
        int byAuthid = Long.compare(weight(key, authid.hashCode()), weight(key, other.hashCode()));
        int order = byAuthid == 0 ? authid.compareTo(other) : byAuthid;
        if (order != 0) {
            return order > 0;
        }
        return weight(key, callee.session().member().id())
                > weight(key, than.session().member().id());
    }

    /** The finishing steps of MurmurHash3, which let every bit of the input decide on every bit of the output. */
    private static long weight(String key, long of) {
        long mixed = key.hashCode() * 0x9E3779B97F4A7C15L ^ of;
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
