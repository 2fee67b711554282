package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;

/** The protocol of NATS. A call names the subject of its answer: that of the caller, and its number. */
final class NatsDialect implements Dialect {
    private static final byte[] END = {'\r', '\n'};
    private static final String SUBSCRIPTION_FOR_ANSWERS = "1";
    private static final String SUBSCRIPTION_FOR_CALLS = "2";

    private final Filler filler;
    private final byte[] length;
    private boolean welcome;
    private final Queue<Long> unconfirmed = new ArrayDeque<>();
    private byte[] answerTo = {};

    NatsDialect(Filler filler) {
        this.filler = filler;
        this.length = (" " + filler.text().length + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void write(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    @Override
    public void open(Client client) {
        write(client.out(), "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n");
        write(client.out(), "SUB answer." + client.number() + ".* " + SUBSCRIPTION_FOR_ANSWERS + "\r\nPING\r\n");
    }

    @Override
    public void received(Client client, ByteBuf in, int from, int end) {
        switch (in.getByte(from + 1)) {
            case 'S' -> message(client, in, from, end); // MSG
            case 'O' -> pong(client); // PONG
            case 'I' -> write(client.out(), "PONG\r\n"); // PING
            case 'N' -> {} // INFO
            default -> client.failed("NATS: " + in.toString(from, end - from, StandardCharsets.US_ASCII));
        }
    }

    private void pong(Client client) {
        if (welcome) {
            client.confirmed(unconfirmed.remove());
        } else {
            welcome = true;
            client.joined();
        }
    }

    /** MSG subject subscription [answer-to] length, a line end, the payload, a line end. */
    private void message(Client client, ByteBuf in, int from, int end) {
        int subject = from + 4;
        int afterSubject = in.indexOf(subject, end, (byte) ' ');
        char subscription = (char) in.getByte(afterSubject + 1);
        long number = filler.number(in, from, end);
        if (subscription == SUBSCRIPTION_FOR_ANSWERS.charAt(0)) {
            client.answered(number);
        } else if (subscription == SUBSCRIPTION_FOR_CALLS.charAt(0)) {
            int answer = afterSubject + 3;
            answerTo = new byte[in.indexOf(answer, end, (byte) ' ') - answer];
            in.getBytes(answer, answerTo);
            client.asked(number);
        } else {
            client.heard(number);
        }
    }

    @Override
    public void register(Client client, long request, int group) {
        unconfirmed.add(request);
        write(client.out(), "SUB echo" + group + " " + SUBSCRIPTION_FOR_CALLS + "\r\nPING\r\n");
    }

    @Override
    public void subscribe(Client client, long request, String topic, String match) {
        unconfirmed.add(request);
        String subject = match.equals("prefix") ? topic + ">" : topic.replace("..", ".*.");
        write(client.out(), "SUB " + subject + " 3" + request + "\r\nPING\r\n");
    }

    @Override
    public void call(Client client, long id, int group) {
        ByteBuf out = client.out();
        write(out, "PUB echo" + group + " answer." + client.number() + ".");
        Encoding.digits(out, id);
        payload(out, id);
    }

    private void payload(ByteBuf out, long number) {
        out.writeBytes(length);
        int at = out.writerIndex();
        out.writeBytes(filler.text()).writeBytes(END);
        Filler.put(out, at, number);
    }

    @Override
    public void answer(Client client, long id) {
        ByteBuf out = client.out();
        write(out, "PUB ");
        out.writeBytes(answerTo);
        payload(out, id);
    }

    @Override
    public void publish(Client client, byte[] topic, long number) {
        ByteBuf out = client.out();
        write(out, "PUB ");
        out.writeBytes(topic);
        payload(out, number);
    }
}
