package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A peer as tests play it: it sends what it is told, and what it receives is taken out one by one. */
final class TestPeer implements Session {
    private final Realm realm;
    private final SessionDetails details;
    private final Queue<Message> received = new ArrayDeque<>();
    private Consumer<Message> reaction = message -> {};
    private boolean keepsUp = true;
    private boolean givesSigns = true;
    private int probes;
    private final List<String> asked = new ArrayList<>();
    private Message last;

    TestPeer(Realm realm, SessionDetails details) {
        this.realm = realm;
        this.details = details;
    }

    // ---- as the realm sees it

    @Override
    public SessionDetails details() {
        return details;
    }

    @Override
    public boolean send(Message message) {
        assertTrue(last == null, () -> "nothing is sent after " + last + ", but " + message);
        received.add(message.keep());
        reaction.accept(message);
        return keepsUp;
    }

    @Override
    public boolean keepsUp() {
        return keepsUp;
    }

    @Override
    public void reading(boolean wanted) {
        asked.add(wanted ? "go on" : "wait");
    }

    @Override
    public void end(Message message) {
        assertTrue(last == null, () -> "a session is ended once, with " + last + ", but again with " + message);
        last = message;
    }

    @Override
    public BooleanSupplier probe() {
        probes++;
        return () -> givesSigns;
    }

    // ---- as the test plays it

    /** Its connection is broken, though nobody has noticed. */
    void fallsSilent() {
        givesSigns = false;
    }

    /** Its connection is as good as ever. */
    void isHeardAgain() {
        givesSigns = true;
    }

    /** How often it was asked for a sign of life. */
    int probes() {
        return probes;
    }

    long id() {
        return details.session();
    }

    void sends(Message.FromClient message) {
        realm.receive(this, message);
    }

    void leaves() {
        realm.leave(this);
    }

    void reactsBy(Consumer<Message> newReaction) {
        reaction = newReaction;
    }

    void fallsBehind() {
        keepsUp = false;
    }

    void catchesUp() {
        keepsUp = true;
    }

    /** What the realm has asked it to do: to wait, or to go on. */
    List<String> wasAsked() {
        return asked;
    }

    /** The next message is this. */
    void receives(Message expected) {
        assertEquals(expected, received.poll(), this + " receives");
    }

    /** The next message is of this type. */
    <M extends Message> M receives(Class<M> type) {
        Message next = received.poll();
        assertNotNull(next, () -> this + " receives a " + type.getSimpleName() + ", but nothing came");
        assertTrue(type.isInstance(next), () -> this + " receives a " + type.getSimpleName() + ", but " + next);
        return type.cast(next);
    }

    /** The next message is this ERROR, whatever its text. */
    void receivesError(int requestType, long request, String error) {
        Message.ErrorReply reply = receives(Message.ErrorReply.class);
        assertEquals(
                requestType + " " + request + " " + error,
                reply.requestType() + " " + reply.request() + " " + reply.error());
    }

    /** What the next message carries is this. */
    void receivesPayload(Payload expected) {
        assertEquals(expected, receives(Message.class).payload(), this + " receives");
    }

    /** The next message is an INVOCATION; its request id. */
    long isInvoked() {
        return receives(Message.Invocation.class).request();
    }

    /** Answers an INVOCATION. */
    void yields(long invocation) {
        sends(new Message.Yield(invocation, Dict.EMPTY, Payload.EMPTY));
    }

    void receivesNothing() {
        assertEquals(null, received.poll(), this + " receives nothing");
    }

    /** Its session was ended by this. */
    void isEndedBy(Message expected) {
        assertEquals(expected, last, this + " is ended by");
    }

    /** Its session was ended by ABORT, for this reason. */
    void isAborted(String reason) {
        assertTrue(last instanceof Message.Abort, () -> this + " is aborted, but has seen " + last);
        assertEquals(reason, ((Message.Abort) last).reason());
    }

    boolean isOpen() {
        return last == null;
    }

    Queue<Message> inbox() {
        return received;
    }

    // ---- the requests that most scenarios begin with

    /** Registers a procedure; its id. */
    long registers(String procedure, Dict options) {
        sends(new Message.Register(1, options, procedure));
        return receives(Message.Registered.class).registration();
    }

    long registers(String procedure) {
        return registers(procedure, Dict.EMPTY);
    }

    /** Subscribes to a topic; the id of the subscription. */
    long subscribes(String topic, Dict options) {
        sends(new Message.Subscribe(1, options, topic));
        return receives(Message.Subscribed.class).subscription();
    }

    long subscribes(String topic) {
        return subscribes(topic, Dict.EMPTY);
    }

    /** Calls a procedure without arguments. */
    void calls(long request, String procedure, Dict options) {
        sends(new Message.Call(request, options, procedure, Payload.EMPTY));
    }

    void calls(long request, String procedure) {
        calls(request, procedure, Dict.EMPTY);
    }

    @Override
    public String toString() {
        return details.authid();
    }
}
