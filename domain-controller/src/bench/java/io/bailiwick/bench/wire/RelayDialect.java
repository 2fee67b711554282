package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What the relay passes on: the payload, in messages as long as those of WAMP. */
final class RelayDialect implements Dialect {
    private static final int CHALLENGE = 32;

    private final Role role;
    private final int group;
    private final Filler filler;
    private final Optional<Key> key;
    private boolean welcome;

    RelayDialect(Role role, int group, Optional<Key> key, Filler filler) {
        this.role = role;
        this.group = group;
        this.filler = filler;
        this.key = key;
    }

    @Override
    public void open(Client client) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        if (key.isPresent()) {
            byte[] message = new byte[CHALLENGE];
            out.writeByte('V')
                    .writeBytes(key.get().publicBytes())
                    .writeBytes(key.get().signature(message))
                    .writeBytes(message);
        } else {
            out.writeCharSequence((role.sends() ? "P" : "S") + group, StandardCharsets.US_ASCII);
        }
        client.wire().end(out, mark);
    }

    @Override
    public void received(Client client, ByteBuf in, int from, int end) {
        if (!welcome) {
            welcome = true;
            client.joined();
            return;
        }
        long number = filler.number(in, from, end);
        switch (role) {
            case CALLER -> client.answered(number);
            case CALLEE -> client.asked(number);
            case SUBSCRIBER -> client.heard(number);
            case PUBLISHER -> client.failed("expected nothing for a publisher");
        }
    }

    @Override
    public void register(Client client, long request, int group) {
        client.confirmed(request);
    }

    @Override
    public void subscribe(Client client, long request, String topic, String match) {
        client.confirmed(request);
    }

    private void send(Client client, long number) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        int at = out.writerIndex();
        out.writeBytes(filler.text());
        Filler.put(out, at, number);
        client.wire().end(out, mark);
    }

    @Override
    public void call(Client client, long id, int group) {
        send(client, id);
    }

    @Override
    public void answer(Client client, long id) {
        send(client, id);
    }

    @Override
    public void publish(Client client, byte[] topic, long number) {
        send(client, number);
    }
}
