package io.bailiwick.router.realm;

import io.bailiwick.router.session.SessionDetails;
import java.util.List;

/**
 * A realm at one moment.
 *
 * @param sessions who has joined, in the order they came; without the realm's own session
 * @param subscriptions the number of topics and patterns subscribed to
 * @param registrations the number of procedures and patterns registered, without the realm's own
 * @param pendingCalls the number of calls that wait for their final answer
 * @param slowSends how many messages were sent, since the realm was opened, to a peer that did not keep up
 */
public record RealmView(
        List<SessionDetails> sessions, int subscriptions, int registrations, int pendingCalls, long slowSends) {}
