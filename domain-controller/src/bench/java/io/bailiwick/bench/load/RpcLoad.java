package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Key;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.util.List;
import java.util.Optional;

/** One caller, and one callee or a procedure that is there already. Each call must be answered once. */
public final class RpcLoad extends TalliedLoad {
    private static final int SLOTS = 1 << 16;
    /** What a part must have, be it sent or not. */
    private static final int LEAST_PAYLOAD = 17;
    /** Nanoseconds between two calls from which on an open loop sleeps. */
    private static final long SLEEPS = 400_000;

    private final int inFlight;
    private final long interval;
    private final Client caller;
    /** Empty for that of the callee. */
    private final String procedure;

    private final long[] ids = new long[SLOTS];
    private final long[] started = new long[SLOTS];
    private long lastId;
    private long due;

    private RpcLoad(Generator generator, Target from, Target to, Shape shape) {
        super(generator);
        this.inFlight = shape.inFlight();
        this.interval = shape.interval();
        this.procedure = "";
        Client callee = Generator.await(generator.connect(to, shape.part(Role.CALLEE), Optional.empty(), this));
        Generator.await(generator.ask(callee::register));
        this.caller = Generator.await(generator.connect(from, shape.part(Role.CALLER), Optional.empty(), this));
        tally.add(List.of(caller, callee));
    }

    private RpcLoad(Generator generator, Target target, Key node, String procedure, Shape shape) {
        super(generator);
        this.inFlight = shape.inFlight();
        this.interval = shape.interval();
        this.procedure = procedure;
        this.caller = Generator.await(generator.connect(target, shape.part(Role.CALLER), Optional.of(node), this));
        tally.add(List.of(caller));
    }

    /**
     * The shape of the load.
     *
     * @param inFlight calls that wait for an answer, in a closed loop
     * @param perSecond calls a second in an open loop; 0 for a closed one
     * @param payload bytes of each
     * @param group of caller and callee
     * @param realm of both; empty for a node, which is told its own
     */
    public record Shape(int inFlight, int perSecond, int payload, int group, String realm) {
        /** A closed loop. */
        public static Shape closed(int inFlight, int payload) {
            return new Shape(inFlight, 0, payload, 0, "realm1");
        }

        /** An open loop. */
        public static Shape open(int perSecond, int payload, int group, String realm) {
            return new Shape(0, perSecond, payload, group, realm);
        }

        private long interval() {
            return perSecond == 0 ? 0 : 1_000_000_000L / perSecond;
        }

        private Part part(Role role) {
            return new Part(role, group, payload, realm);
        }
    }

    /** Connects caller and callee; not on the loop. */
    public static RpcLoad open(Generator generator, Target caller, Target callee, Shape shape) {
        return new RpcLoad(generator, caller, callee, shape);
    }

    /** Connects a node that calls what its realm has, without arguments, so many times a second; not on the loop. */
    public static RpcLoad ofNode(Generator generator, Target target, Key node, String procedure, int perSecond) {
        return new RpcLoad(generator, target, node, procedure, Shape.open(perSecond, LEAST_PAYLOAD, 0, ""));
    }

    @Override
    public void start() {
        generator.run(() -> {
            tally.running = true;
            if (interval > 0) {
                due = System.nanoTime();
                tick();
            }
            while (interval == 0 && tally.outstanding < inFlight) {
                send(System.nanoTime());
            }
        });
    }

    /** Sends what is due. Comes again at once if the next is due soon, since sleeping takes longer. */
    private void tick() {
        if (!tally.running) {
            return;
        }
        for (long now = System.nanoTime(); due <= now; due += interval) {
            if (tally.outstanding > SLOTS / 2) {
                tally.failed("expected the server to follow this rate, but it did not");
                return;
            }
            send(due);
        }
        if (interval < SLEEPS) {
            generator.run(this::tick);
        } else {
            generator.later(this::tick, due - System.nanoTime());
        }
    }

    private void send(long start) {
        long id = ++lastId;
        int slot = (int) id & SLOTS - 1;
        if (ids[slot] != 0) {
            tally.failed("expected an answer to call " + ids[slot] + ", but found none");
            return;
        }
        ids[slot] = id;
        started[slot] = start;
        tally.outstanding++;
        if (procedure.isEmpty()) {
            caller.call(id);
        } else {
            caller.call(id, procedure);
        }
    }

    @Override
    public void asked(Client callee, long call) {
        callee.answer(call);
    }

    @Override
    public void answered(Client client, long call) {
        int slot = (int) call & SLOTS - 1;
        if (ids[slot] != call) {
            tally.failed("expected one answer to call " + call + ", but found another");
            return;
        }
        ids[slot] = 0;
        long now = System.nanoTime();
        tally.outstanding--;
        tally.done(1);
        tally.took(now - started[slot]);
        if (tally.running && interval == 0) {
            send(now);
        }
    }
}
