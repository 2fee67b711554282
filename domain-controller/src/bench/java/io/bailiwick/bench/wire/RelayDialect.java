package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the relay passes on: the messages of WAMP, with a number in each payload, since nobody looks into them on the way. So what
 * is sent is as long as it is there; and who joins says how long the messages are that he would hear, to which the relay cuts.
 */
final class RelayDialect implements Dialect {
    private static final int CHALLENGE = 32;

    private final Role role;
    private final int group;
    private final Filler filler;
    private final Optional<Key> key;
    private final WampDialect wamp;
    private boolean welcome;

    RelayDialect(Role role, int group, Optional<Key> key, Filler filler, WampDialect wamp) {
        this.role = role;
        this.group = group;
        this.filler = filler;
        this.key = key;
        this.wamp = wamp;
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
            String hello = (role.sends() ? "P" : "S") + group + " " + wamp.heard(role);
            out.writeCharSequence(hello, StandardCharsets.US_ASCII);
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

    private interface Writing {
        void to(ByteBuf out);
    }

    private void send(Client client, long number, Writing message) {
        ByteBuf out = client.out();
        int mark = client.wire().begin(out);
        message.to(out);
        wamp.put(out, number);
        client.wire().end(out, mark);
    }

    @Override
    public void call(Client client, long id, int ofGroup) {
        send(client, id, out -> wamp.writeCall(out, id, ofGroup));
    }

    @Override
    public void answer(Client client, long id) {
        send(client, id, out -> wamp.writeAnswer(out, id));
    }

    @Override
    public void publish(Client client, byte[] topic, long number) {
        long request = client.nextRequest();
        send(client, number, out -> wamp.writePublish(out, request, topic));
    }
}
