package io.bailiwick.router.dealer;

import io.bailiwick.router.message.MatchPolicy;

/**
 * A procedure or pattern, and who answers for it.
 *
 * @param id the registration id
 * @param procedure the procedure, or the pattern
 * @param match how the pattern is matched
 * @param callee who answers
 * @param discloseCaller whether this callee wants to know who calls
 */
public record Registration(long id, String procedure, MatchPolicy match, RpcSession callee, boolean discloseCaller) {}
