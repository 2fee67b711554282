package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 with QoS 0. A call is a message to one topic, its answer one to another. */
final class MqttDialect implements Dialect {
    private static final int CONNECT = 0x10;
    private static final int CONNACK = 0x20;
    private static final int PUBLISH = 0x30;
    private static final int SUBSCRIBE = 0x82;
    private static final int SUBACK = 0x90;
    private static final int KIND = 0xf0;
    private static final byte[] ANSWERS = "answers".getBytes(StandardCharsets.US_ASCII);

    private final Role role;
    private final Filler filler;
    private boolean welcome;

    MqttDialect(Role role, Filler filler) {
        this.role = role;
        this.filler = filler;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void header(ByteBuf out, int first, int length) {
        out.writeByte(first);
        int rest = length;
        for (; rest > 0x7f; rest >>>= 7) {
            out.writeByte(0x80 | (rest & 0x7f));
        }
        out.writeByte(rest);
    }

    private static void text(ByteBuf out, byte[] text) {
        out.writeShort(text.length).writeBytes(text);
    }

    @Override
    public void open(Client client) {
        byte[] id = ascii("bench" + client.number());
        ByteBuf out = client.out();
        header(out, CONNECT, 12 + id.length);
        text(out, ascii("MQTT"));
        // Protocol level 4, a clean session, no keep-alive.
        out.writeByte(4).writeByte(2).writeShort(0);
        text(out, id);
    }

    @Override
    public void received(Client client, ByteBuf in, int from, int end) {
        switch (in.getByte(from) & KIND) {
            case CONNACK -> {
                if (role == Role.CALLER) {
                    subscribe(client, 1, new String(ANSWERS, StandardCharsets.US_ASCII), "exact");
                } else {
                    welcomed(client);
                }
            }
            case SUBACK -> subscribed(client, in, end);
            case PUBLISH -> message(client, in, from, end);
            default -> client.failed("MQTT: expected no packet of " + in.getByte(from));
        }
    }

    private void welcomed(Client client) {
        welcome = true;
        client.joined();
    }

    private void subscribed(Client client, ByteBuf in, int end) {
        if (welcome) {
            client.confirmed(in.getUnsignedShort(end - 3));
        } else {
            welcomed(client);
        }
    }

    private void message(Client client, ByteBuf in, int from, int end) {
        long number = filler.number(in, from, end);
        switch (role) {
            case CALLER -> client.answered(number);
            case CALLEE -> client.asked(number);
            case SUBSCRIBER, PUBLISHER -> client.heard(number);
        }
    }

    @Override
    public void register(Client client, long request, int group) {
        subscribe(client, request, "echo" + group, "exact");
    }

    @Override
    public void subscribe(Client client, long request, String topic, String match) {
        byte[] filter = ascii(topic.replace("..", ".+.").replace('.', '/') + (match.equals("prefix") ? "#" : ""));
        ByteBuf out = client.out();
        header(out, SUBSCRIBE, 5 + filter.length);
        // 0 is no packet identifier.
        out.writeShort((int) request & 0xffff);
        text(out, filter);
        out.writeByte(0);
    }

    @Override
    public void call(Client client, long id, int group) {
        publish(client, ascii("echo" + group), id);
    }

    @Override
    public void answer(Client client, long id) {
        publish(client, ANSWERS, id);
    }

    @Override
    public void publish(Client client, byte[] topic, long number) {
        ByteBuf out = client.out();
        header(out, PUBLISH, 2 + topic.length + filler.text().length);
        text(out, topic);
        int at = out.writerIndex();
        out.writeBytes(filler.text());
        Filler.put(out, at, number);
    }
}
