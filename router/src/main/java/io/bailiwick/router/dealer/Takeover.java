package io.bailiwick.router.dealer;

import io.bailiwick.router.session.Timer;
import java.util.List;
import java.util.function.BooleanSupplier;

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
    /** How often a silent session is looked at while it is waited for. */
    private static final int LOOKS = 20;

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
        if (hasWaited) {
            return Verdict.REFUSED;
        }
        List<BooleanSupplier> signs = present.callees().stream()
                .map(callee -> callee.session().sign())
                .toList();
        if (isGiven(signs)) {
            return Verdict.REFUSED;
        }
        newcomer.waitingRegisters++;
        await(newcomer, present, signs, patience, again);
        return Verdict.WAITING;
    }

    /** Looks every now and then: who is alive answers soon, and the newcomer need not wait to the end. */
    private void await(
            RpcSession newcomer, Registration present, List<BooleanSupplier> signs, long remaining, Runnable again) {
        long step = Math.min(remaining, Math.max(1, patience / LOOKS));
        timer.after(step, () -> {
            boolean over = remaining <= step;
            boolean wanted = !newcomer.hasLeft();
            boolean undecided = !present.callees().isEmpty() && !isGiven(signs);
            if (wanted && !over && undecided) {
                await(newcomer, present, signs, remaining - step, again);
                return;
            }
            newcomer.waitingRegisters--;
            if (wanted) {
                if (over) {
                    present.callees().forEach(callee -> callee.session().waitedFor());
                }
                again.run();
            }
        });
    }

    private static boolean isGiven(List<BooleanSupplier> signs) {
        return signs.stream().anyMatch(BooleanSupplier::getAsBoolean);
    }
}
