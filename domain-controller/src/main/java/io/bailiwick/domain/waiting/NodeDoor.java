package io.bailiwick.domain.waiting;

import io.bailiwick.domain.admission.Knocking;
import io.bailiwick.domain.procedure.LiveDomain;
import io.bailiwick.domain.procedure.NodeChangeProcedures;
import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.router.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** All that has a say in which nodes come in, put together: who waits, codes, and who is where. */
public final class NodeDoor implements Knocking {
    private final WaitingRoom room;
    private final NodePlaces places;
    private final Clock clock;
    private volatile @Nullable JoinCodes codes;

    /** With the nodes that wait in a store. */
    public NodeDoor(Store<GlobalSchema> store, WaitingRoom.Limits limits, Clock clock) {
        this.room = new WaitingRoom(store, limits, clock);
        this.places = new NodePlaces(clock);
        this.clock = clock;
    }

    /** Who is where. */
    public NodePlaces places() {
        return places;
    }

    /**
     * A group of procedures and what they need of each other.
     *
     * @param pairing the one way to pair a node
     * @param groups all procedures about nodes, {@code pairing} too
     */
    public record Served(NodeProcedures pairing, List<Object> groups) {}

    /** The procedures about nodes. From now on codes are taken, and what happens at the door is told. */
    public Served serve(Work work, LiveDomain live) {
        NodeProcedures pairing = new NodeProcedures(work, live, room::forget);
        JoinCodes made = new JoinCodes(work, pairing, clock);
        codes = made;
        return new Served(
                pairing,
                List.of(
                        pairing,
                        new NodeChangeProcedures(work, live, clock, key -> DuplicateProcedures.seen(places, key)),
                        new WaitingProcedures(room, work, pairing, live, clock),
                        new JoinCodeProcedures(work, made),
                        new ImportProcedures(work, pairing),
                        new DuplicateProcedures(places, work, live)));
    }

    @Override
    public CompletionStage<Answer> knock(Knock knock) {
        JoinCodes known = codes;
        String code = knock.joinCode();
        CompletionStage<Answer> answer = known == null || code == null
                ? CompletableFuture.completedFuture(Answer.WAIT)
                : known.redeem(knock, code);
        return answer.thenApply(decided -> {
            if (decided != Answer.PAIRED) {
                room.knocked(knock);
            }
            return decided;
        });
    }

    /** Writes who waits, as {@link WaitingRoom#write} does. */
    public CompletableFuture<Void> write(boolean everything) {
        return room.write(everything);
    }

    /** Removes codes that have ended. Returns at once; how many there were is the future's. */
    public CompletableFuture<Integer> clean() {
        JoinCodes known = codes;
        return known == null ? CompletableFuture.completedFuture(0) : known.clean();
    }
}
