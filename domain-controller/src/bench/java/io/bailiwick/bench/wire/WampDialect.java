package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** WAMP as a client of all roles that logs in as anonymous, or with a key. */
final class WampDialect implements Dialect {
    private static final byte[] DIGIT_TEXT = "challenge".getBytes(StandardCharsets.US_ASCII);
    private static final int CHALLENGE_HEX = 64;
    /** An id of the router's that counts what there is in a realm. */
    private static final long FEW = 100;
    /** A request's, of a session that has worked for a while. */
    private static final long MILLION = 1_000_000;
    /** A publication's, drawn from all ids that WAMP has. */
    private static final long DRAWN = 1L << 52;

    private static final int WELCOME = 2;
    private static final int CHALLENGE = 4;
    private static final int PUBLISHED = 17;
    private static final int SUBSCRIBED = 33;
    private static final int EVENT = 36;
    private static final int RESULT = 50;
    private static final int REGISTERED = 65;
    private static final int INVOCATION = 68;

    private final Encoding encoding;
    private final String realm;
    private final Optional<Key> key;
    private final Filler filler;
    private final Encoding.Cursor cursor = new Encoding.Cursor();
    private final byte[] beforeAnswer;
    private final byte[] afterAnswer;
    private byte[] beforeCall = {};
    private byte[] afterCall = {};

    WampDialect(Encoding encoding, String realm, Optional<Key> key, Filler filler) {
        this.encoding = encoding;
        this.realm = realm;
        this.key = key;
        this.filler = filler;
        // YIELD: [70, invocation, {}, [payload]]
        this.beforeAnswer = bytes(out -> head(out, 4, 70));
        this.afterAnswer = bytes(out -> {
            emptyDict(out);
            arguments(out);
        });
    }

    /** Octets of a message with a payload as a router sends it to who has this role; 0 for who gets none. */
    int heard(Role role) {
        return switch (role) {
            case PUBLISHER -> 0;
            // RESULT: [50, request, {}, [payload]]
            case CALLER -> passed(4, RESULT, MILLION);
            // INVOCATION: [68, request, registration, {}, [payload]]
            case CALLEE -> passed(5, INVOCATION, MILLION, FEW);
            // EVENT: [36, subscription, publication, {}, [payload]]
            case SUBSCRIBER -> passed(5, EVENT, FEW, DRAWN);
        };
    }

    private int passed(int size, int type, long... ids) {
        return bytes(out -> {
                    head(out, size, type);
                    for (int i = 0; i < ids.length; i++) {
                        if (i > 0) {
                            encoding.mark(out, ',');
                        }
                        encoding.number(out, ids[i]);
                    }
                    emptyDict(out);
                    arguments(out);
                })
                .length;
    }

    private interface Writing {
        void to(ByteBuf out);
    }

    private static byte[] bytes(Writing writing) {
        ByteBuf out = Unpooled.buffer();
        writing.to(out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private void head(ByteBuf out, int size, int type) {
        encoding.list(out, size);
        encoding.number(out, type);
        encoding.mark(out, ',');
    }

    private void emptyDict(ByteBuf out) {
        encoding.mark(out, ',');
        encoding.dict(out, 0);
        encoding.mark(out, '}');
    }

    /** The payload as the only argument, and the end of the message. */
    private void arguments(ByteBuf out) {
        encoding.mark(out, ',');
        encoding.list(out, 1);
        encoding.text(out, filler.text());
        encoding.mark(out, ']');
        encoding.mark(out, ']');
    }

    private void entry(ByteBuf out, String name) {
        encoding.text(out, name);
        encoding.mark(out, ':');
    }

    @Override
    public void open(Client client) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        head(out, 3, 1);
        boolean node = realm.isEmpty();
        if (node) {
            encoding.nothing(out);
        } else {
            encoding.text(out, realm);
        }
        encoding.mark(out, ',');
        encoding.dict(out, (key.isPresent() ? 4 : 1) + (node ? 1 : 0));
        roles(out);
        if (node) {
            encoding.mark(out, ',');
            entry(out, "authrole");
            encoding.text(out, "node");
        }
        key.ifPresent(known -> credentials(out, known));
        encoding.mark(out, '}');
        encoding.mark(out, ']');
        client.wire().end(out, mark);
    }

    private void roles(ByteBuf out) {
        entry(out, "roles");
        encoding.dict(out, 4);
        String separator = "";
        for (String role : new String[] {"caller", "callee", "publisher", "subscriber"}) {
            if (!separator.isEmpty()) {
                encoding.mark(out, ',');
            }
            separator = ",";
            entry(out, role);
            encoding.dict(out, 0);
            encoding.mark(out, '}');
        }
        encoding.mark(out, '}');
    }

    private void credentials(ByteBuf out, Key known) {
        encoding.mark(out, ',');
        entry(out, "authmethods");
        encoding.list(out, 1);
        encoding.text(out, "cryptosign");
        encoding.mark(out, ']');
        encoding.mark(out, ',');
        entry(out, "authid");
        encoding.text(out, known.authid());
        encoding.mark(out, ',');
        entry(out, "authextra");
        encoding.dict(out, 1);
        entry(out, "pubkey");
        encoding.text(out, known.publicHex());
        encoding.mark(out, '}');
    }

    @Override
    public void received(Client client, ByteBuf in, int from, int end) {
        cursor.at = encoding.afterListHeader(in, from);
        int type = (int) encoding.number(in, cursor);
        switch (type) {
            case RESULT -> client.answered(encoding.number(in, cursor));
            case INVOCATION -> client.asked(encoding.number(in, cursor));
            case EVENT -> client.heard(filler.number(in, from, end));
            case REGISTERED, SUBSCRIBED, PUBLISHED -> client.confirmed(encoding.number(in, cursor));
            case WELCOME -> client.joined();
            case CHALLENGE -> authenticate(client, in, from, end);
            default ->
                client.failed("expected no such message: "
                        + in.toString(from, Math.min(400, end - from), StandardCharsets.UTF_8));
        }
    }

    private void authenticate(Client client, ByteBuf in, int from, int end) {
        byte[] message = new byte[end - from];
        in.getBytes(from, message);
        String text = new String(message, StandardCharsets.ISO_8859_1);
        String name = new String(DIGIT_TEXT, StandardCharsets.US_ASCII);
        int at = text.lastIndexOf(name) + name.length();
        while (!text.substring(at, at + CHALLENGE_HEX).matches("[0-9a-f]+")) {
            at++;
        }
        String signed = key.orElseThrow().sign(text.substring(at, at + CHALLENGE_HEX));
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        head(out, 3, 5);
        encoding.text(out, signed);
        emptyDict(out);
        encoding.mark(out, ']');
        client.wire().end(out, mark);
    }

    @Override
    public void register(Client client, long request, int group) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        head(out, 4, 64);
        encoding.number(out, request);
        emptyDict(out);
        encoding.mark(out, ',');
        encoding.text(out, procedure(group));
        encoding.mark(out, ']');
        client.wire().end(out, mark);
    }

    private static String procedure(int group) {
        return "com.example.bench.echo" + group;
    }

    @Override
    public void subscribe(Client client, long request, String topic, String match) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        head(out, 4, 32);
        encoding.number(out, request);
        encoding.mark(out, ',');
        boolean exact = match.equals("exact");
        encoding.dict(out, exact ? 0 : 1);
        if (!exact) {
            entry(out, "match");
            encoding.text(out, match);
        }
        encoding.mark(out, '}');
        encoding.mark(out, ',');
        encoding.text(out, topic);
        encoding.mark(out, ']');
        client.wire().end(out, mark);
    }

    @Override
    public void call(Client client, long id, int group) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        writeCall(out, id, group);
        client.wire().end(out, mark);
    }

    /** CALL: [48, id, {}, procedure, [payload]]. */
    void writeCall(ByteBuf out, long id, int group) {
        if (beforeCall.length == 0) {
            beforeCall = bytes(before -> head(before, 5, 48));
            afterCall = bytes(after -> {
                emptyDict(after);
                encoding.mark(after, ',');
                encoding.text(after, procedure(group));
                arguments(after);
            });
        }
        out.writeBytes(beforeCall);
        encoding.number(out, id);
        out.writeBytes(afterCall);
    }

    @Override
    public void call(Client client, long id, String procedure) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        head(out, 4, 48);
        encoding.number(out, id);
        emptyDict(out);
        encoding.mark(out, ',');
        encoding.text(out, procedure);
        encoding.mark(out, ']');
        client.wire().end(out, mark);
    }

    @Override
    public void answer(Client client, long id) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        writeAnswer(out, id);
        client.wire().end(out, mark);
    }

    /** YIELD: [70, id, {}, [payload]]. */
    void writeAnswer(ByteBuf out, long id) {
        out.writeBytes(beforeAnswer);
        encoding.number(out, id);
        out.writeBytes(afterAnswer);
    }

    @Override
    public void publish(Client client, byte[] topic, long number) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        writePublish(out, client.nextRequest(), topic);
        put(out, number);
        client.wire().end(out, mark);
    }

    /** PUBLISH: [16, request, {}, topic, [payload]]. */
    void writePublish(ByteBuf out, long request, byte[] topic) {
        head(out, 5, 16);
        encoding.number(out, request);
        emptyDict(out);
        encoding.mark(out, ',');
        encoding.text(out, topic);
        arguments(out);
    }

    /** Puts a number into the payload of the message that was written last. */
    void put(ByteBuf out, long number) {
        int closing = encoding == Encoding.JSON ? 3 : 0;
        Filler.put(out, out.writerIndex() - closing - filler.text().length, number);
    }
}
