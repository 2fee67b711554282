package io.bailiwick.router.dealer;

import io.bailiwick.router.session.Timer;

/**
 * What becomes of a REGISTER for a procedure that another session of the same principal has. A peer whose connection broke
 * without a word joins again while its old session still stands in the tables, and would find its own procedures taken.
 *
 * <p>The old session is asked for a sign of life, and the REGISTER waits. A session that gives the sign keeps what it has, and
 * the REGISTER is refused. One that gives none within the {@linkplain DealerOptions#takeoverPatience() patience} loses that
 * registration; whether it has to leave the realm is for its transport to say. Only sessions of the same authid and authrole
 * can come to this: nobody gets a registration that way that it could not have had before.
 */
final class Takeover {
    private final Timer timer;
    private final long patience;

    /** What becomes of a REGISTER. */
    enum Verdict {
        /** Who has the procedure keeps it. */
        REFUSED,
        /** It is not decided yet; the REGISTER will be looked at again. */
        WAITING,
        /** Who has the procedure is silent and loses it. */
        GRANTED
    }

    Takeover(Timer timer, long patience) {
        this.timer = timer;
        this.patience = patience;
    }

    /**
     * Decides, or begins to wait.
     *
     * @param newcomer who wants to register
     * @param present what is registered
     * @param hasWaited whether the newcomer has waited already
     * @param again looks at the REGISTER once more, when it has waited; not run when the newcomer has left
     */
    Verdict ask(RpcSession newcomer, Registration present, boolean hasWaited, Runnable again) {
        if (patience == 0) {
            return Verdict.REFUSED;
        }
        for (Callee callee : present.callees()) {
            RpcSession holder = callee.session();
            if (holder == newcomer || !holder.isSamePrincipal(newcomer)) {
                return Verdict.REFUSED;
            }
        }
        if (present.callees().stream().allMatch(callee -> callee.session().isSilent())) {
            return Verdict.GRANTED;
        }
        boolean alive = present.callees().stream()
                .anyMatch(callee ->
                        !callee.session().isSilent() && callee.session().givesSign());
        if (alive || hasWaited) {
            return Verdict.REFUSED;
        }
        newcomer.waitingRegisters++;
        timer.after(patience, () -> {
            newcomer.waitingRegisters--;
            if (!newcomer.hasLeft()) {
                present.callees().forEach(callee -> callee.session().judge());
                again.run();
            }
        });
        return Verdict.WAITING;
    }
}
