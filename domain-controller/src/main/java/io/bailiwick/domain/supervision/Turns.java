package io.bailiwick.domain.supervision;

/**
 * How many controllers may be on their way to READY at a time. Where so many are that none of them comes there in time, the
 * next try with as many would end as this one did, and all of the machine would go into starts that come to nothing: then
 * fewer may, until some succeed. Who is late while others are not is to blame itself, and changes nothing. Touched by the
 * thread of the supervision alone.
 */
final class Turns {
    /** One that never becomes ready must not be all that others wait for. */
    private static final int LEAST = 2;

    private final int most;
    private int allowed;
    /** Whether one was ready in time since the last that was late. */
    private boolean anyInTime;

    /** At most so many. */
    Turns(int most) {
        this.most = most;
        this.allowed = most;
    }

    /** Whether one more may start beside so many. */
    boolean isFree(long starting) {
        return starting < allowed;
    }

    /** One has become ready in time. */
    void inTime() {
        anyInTime = true;
        allowed = Math.min(most, allowed + 1);
    }

    /** One was not ready in time. */
    void late() {
        if (!anyInTime) {
            allowed = Math.max(Math.min(most, LEAST), allowed / 2);
        }
        anyInTime = false;
    }
}
