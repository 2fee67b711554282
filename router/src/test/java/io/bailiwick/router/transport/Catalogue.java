package io.bailiwick.router.transport;

import static io.bailiwick.router.transport.CataloguePeer.BINARY;
import static io.bailiwick.router.transport.CataloguePeer.CLOSE;
import static io.bailiwick.router.transport.CataloguePeer.CONTINUATION;
import static io.bailiwick.router.transport.CataloguePeer.PING;
import static io.bailiwick.router.transport.CataloguePeer.PONG;
import static io.bailiwick.router.transport.CataloguePeer.TEXT;
import static io.bailiwick.router.transport.CataloguePeer.frame;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The uncompressed cases of the catalogue of the Autobahn Testsuite, under its numbers, as a script for each: what is sent
 * to an endpoint that echoes, and what has to come back. Sections 6 and 9 are in {@link CatalogueOfText} and {@link
 * CatalogueOfSizes}.
 */
final class Catalogue {
    static final int FIN = 0x80;
    static final byte[] NOTHING = {};

    private static final byte[] HELLO = ascii("Hello, world!");

    private final List<Case> cases = new ArrayList<>();

    /** What a peer does in a case. */
    interface Script {
        void play(CataloguePeer peer) throws Exception;
    }

    /**
     * How strict the catalogue is: all of ours behave as OK asks, and where it leaves the behaviour open the script says
     * what ours is.
     */
    enum Verdict {
        OK,
        INFORMATIONAL
    }

    /** A case. */
    record Case(String number, Verdict verdict, Script script) {}

    /** All of them. */
    static List<Case> all() {
        Catalogue catalogue = new Catalogue();
        catalogue.framing();
        catalogue.pings();
        catalogue.reservedBits();
        catalogue.opcodes();
        catalogue.brokenFragments();
        catalogue.fragments();
        List<Case> all = catalogue.cases;
        all.addAll(CatalogueOfText.all());
        Catalogue second = new Catalogue();
        second.closing();
        second.closeCodes();
        all.addAll(second.cases);
        all.addAll(CatalogueOfSizes.all());
        all.add(new Case("10.1.1", Verdict.OK, peer -> {
            byte[] text = filled(65_536, '*');
            peer.fragments(TEXT, text, 1_300);
            peer.expect(TEXT, text);
            endOrdinarily(peer);
        }));
        return all;
    }

    private void add(String number, Script script) {
        cases.add(new Case(number, Verdict.OK, script));
    }

    private void open(String number, Script script) {
        cases.add(new Case(number, Verdict.INFORMATIONAL, script));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] filled(int length, int octet) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) octet);
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    static byte[] closeFrame(int code, byte... reason) {
        return frame(FIN, CLOSE, join(new byte[] {(byte) (code >>> 8), (byte) code}, reason));
    }

    /** We close, and the other end answers in kind. */
    static void endOrdinarily(CataloguePeer peer) throws Exception {
        peer.send(closeFrame(1000));
        expectCode(peer, 1000);
    }

    static void expectCode(CataloguePeer peer, int code) throws Exception {
        int found = peer.expectClose();
        if (found != code) {
            throw new AssertionError("expected close code " + code + ", but found " + found);
        }
    }

    private static Script echo(int opcode, byte[] payload, int piece) {
        return peer -> {
            peer.chop(frame(FIN, opcode, payload), piece);
            peer.expect(opcode, payload);
            endOrdinarily(peer);
        };
    }

    // 1: lengths in all their forms.
    private void framing() {
        int[] lengths = {0, 125, 126, 127, 128, 65_535, 65_536, 65_536};
        for (int opcode : new int[] {TEXT, BINARY}) {
            for (int i = 0; i < lengths.length; i++) {
                byte[] payload = filled(lengths[i], opcode == TEXT ? '*' : 0xfe);
                add("1." + opcode + "." + (i + 1), echo(opcode, payload, i == 7 ? 997 : Integer.MAX_VALUE));
            }
        }
    }

    // 2: pings and pongs.
    private void pings() {
        byte[] binary = {0, (byte) 0xff, (byte) 0xfe, (byte) 0xfd, (byte) 0xfc, (byte) 0xfb, 0, (byte) 0xff};
        add("2.1", ping(NOTHING, Integer.MAX_VALUE));
        add("2.2", ping(HELLO, Integer.MAX_VALUE));
        add("2.3", ping(binary, Integer.MAX_VALUE));
        add("2.4", ping(filled(125, 0xfe), Integer.MAX_VALUE));
        add("2.5", broken(frame(FIN, PING, filled(126, 0xfe))));
        add("2.6", ping(filled(125, 0xfe), 1));
        add("2.7", peer -> {
            peer.send(frame(FIN, PONG));
            endOrdinarily(peer);
        });
        add("2.8", peer -> {
            peer.send(frame(FIN, PONG, ascii("unsolicited pong payload")));
            endOrdinarily(peer);
        });
        add("2.9", peer -> {
            peer.send(frame(FIN, PONG, ascii("unsolicited pong payload")));
            ping(ascii("ping payload"), Integer.MAX_VALUE).play(peer);
        });
        add("2.10", tenPings(Integer.MAX_VALUE));
        add("2.11", tenPings(1));
    }

    private static Script ping(byte[] payload, int piece) {
        return peer -> {
            peer.chop(frame(FIN, PING, payload), piece);
            peer.expect(PONG, payload);
            endOrdinarily(peer);
        };
    }

    private static Script tenPings(int piece) {
        return peer -> {
            for (int i = 0; i < 10; i++) {
                peer.chop(frame(FIN, PING, ascii("payload-" + i)), piece);
            }
            for (int i = 0; i < 10; i++) {
                peer.expect(PONG, ascii("payload-" + i));
            }
            endOrdinarily(peer);
        };
    }

    /** What breaks the protocol ends the connection, and nothing behind it is looked at. */
    private static Script broken(byte[]... frames) {
        return peer -> {
            peer.send(join(frames));
            expectCode(peer, 1002);
        };
    }

    /** A message is echoed; what follows it breaks the protocol. */
    private static Script echoThenBroken(int opcode, byte[] payload, int piece, byte[]... frames) {
        return peer -> {
            peer.chop(join(frame(FIN, opcode, payload), join(frames)), piece);
            peer.expect(opcode, payload);
            expectCode(peer, 1002);
        };
    }

    // 3: reserved bits, which mean nothing without an extension.
    private void reservedBits() {
        byte[] ping = frame(FIN, PING);
        add("3.1", broken(frame(FIN | 0x10, TEXT, HELLO)));
        add("3.2", echoThenBroken(TEXT, HELLO, Integer.MAX_VALUE, frame(FIN | 0x20, TEXT, HELLO), ping));
        add("3.3", echoThenBroken(TEXT, HELLO, HELLO.length + 6, frame(FIN | 0x30, TEXT, HELLO), ping));
        add("3.4", echoThenBroken(TEXT, HELLO, 1, frame(FIN | 0x40, TEXT, HELLO), ping));
        byte[] binary = {0, (byte) 0xff, (byte) 0xfe, (byte) 0xfd, (byte) 0xfc, (byte) 0xfb, 0, (byte) 0xff};
        add("3.5", broken(frame(FIN | 0x50, BINARY, binary)));
        add("3.6", broken(frame(FIN | 0x60, PING, HELLO)));
        add("3.7", broken(frame(FIN | 0x70, CLOSE)));
    }

    // 4: opcodes that nobody has defined.
    private void opcodes() {
        int[] firsts = {3, 11};
        for (int i = 0; i < firsts.length; i++) {
            int first = firsts[i];
            String number = "4." + (i + 1) + ".";
            byte[] ping = frame(FIN, PING);
            add(number + 1, broken(frame(FIN, first)));
            add(number + 2, broken(frame(FIN, first + 1, ascii("reserved opcode payload"))));
            add(number + 3, echoThenBroken(TEXT, HELLO, Integer.MAX_VALUE, frame(FIN, first + 2), ping));
            add(number + 4, echoThenBroken(TEXT, HELLO, HELLO.length + 6, frame(FIN, first + 3, HELLO), ping));
            add(number + 5, echoThenBroken(TEXT, HELLO, 1, frame(FIN, first + 4, HELLO), ping));
        }
    }

    // 5: fragments.
    private void brokenFragments() {
        byte[] one = ascii("fragment1");
        byte[] two = ascii("fragment2");
        byte[] both = join(one, two);
        byte[] message = join(frame(0, TEXT, one), frame(FIN, CONTINUATION, two));
        add("5.1", broken(frame(0, PING, one), frame(FIN, CONTINUATION, two)));
        add("5.2", broken(frame(0, PONG, one), frame(FIN, CONTINUATION, two)));
        int[] pieces = {Integer.MAX_VALUE, one.length + 6, 1};
        for (int i = 0; i < pieces.length; i++) {
            int piece = pieces[i];
            add("5." + (3 + i), peer -> {
                peer.chop(message, piece);
                peer.expect(TEXT, both);
                endOrdinarily(peer);
            });
        }
        for (int i = 0; i < pieces.length; i++) {
            int piece = pieces[i];
            byte[] ping = frame(FIN, PING, ascii("ping payload"));
            add("5." + (6 + i), peer -> {
                peer.chop(join(frame(0, TEXT, one), ping, frame(FIN, CONTINUATION, two)), piece);
                peer.expect(PONG, ascii("ping payload"));
                peer.expect(TEXT, both);
                endOrdinarily(peer);
            });
        }
        for (int i = 0; i < 6; i++) {
            byte[] nothingToContinue = frame(i < 3 ? FIN : 0, CONTINUATION, ascii("non-continuation payload"));
            int piece = i % 3 == 1 ? nothingToContinue.length : pieces[i % 3];
            add("5." + (9 + i), peer -> {
                peer.chop(join(nothingToContinue, frame(FIN, TEXT, HELLO)), piece);
                expectCode(peer, 1002);
            });
        }
    }

    private void fragments() {
        byte[] one = ascii("fragment1");
        byte[] two = ascii("fragment2");
        byte[] message = join(frame(0, TEXT, one), frame(FIN, CONTINUATION, two));
        add("5.15", peer -> {
            peer.send(join(message, frame(0, CONTINUATION, ascii("fragment3")), frame(FIN, TEXT, ascii("fragment4"))));
            peer.expect(TEXT, join(one, two));
            expectCode(peer, 1002);
        });
        for (int i = 0; i < 2; i++) {
            byte[] stray = frame(i == 0 ? 0 : FIN, CONTINUATION, ascii("fragment1"));
            add("5." + (16 + i), broken(stray, message, stray, message));
        }
        add("5.18", broken(frame(0, TEXT, one), frame(FIN, TEXT, two)));
        for (int i = 0; i < 2; i++) {
            boolean eachAlone = i == 1;
            add("5." + (19 + i), peer -> fiveFragmentsAndTwoPings(peer, eachAlone));
        }
    }

    /** A pause stands between the halves: here until the first pong has come. */
    private static void fiveFragmentsAndTwoPings(CataloguePeer peer, boolean eachAlone) throws Exception {
        byte[] first = join(
                frame(0, TEXT, ascii("fragment1")),
                frame(0, CONTINUATION, ascii("fragment2")),
                frame(FIN, PING, ascii("pongme 1!")));
        byte[] second = join(
                frame(0, CONTINUATION, ascii("fragment3")),
                frame(0, CONTINUATION, ascii("fragment4")),
                frame(FIN, PING, ascii("pongme 2!")),
                frame(FIN, CONTINUATION, ascii("fragment5")));
        // Each frame has 9 octets of payload and 6 of header.
        int piece = eachAlone ? 15 : Integer.MAX_VALUE;
        peer.chop(first, piece);
        peer.expect(PONG, ascii("pongme 1!"));
        peer.chop(second, piece);
        peer.expect(PONG, ascii("pongme 2!"));
        peer.expect(TEXT, ascii("fragment1fragment2fragment3fragment4fragment5"));
        endOrdinarily(peer);
    }

    // 7: closing.
    private void closing() {
        add("7.1.1", peer -> {
            peer.send(frame(FIN, TEXT, HELLO));
            peer.expect(TEXT, HELLO);
            endOrdinarily(peer);
        });
        add("7.1.2", closedBefore(closeFrame(1000)));
        add("7.1.3", closedBefore(frame(FIN, PING, HELLO)));
        add("7.1.4", closedBefore(frame(FIN, TEXT, HELLO)));
        add("7.1.5", peer -> {
            peer.send(join(
                    frame(0, TEXT, ascii("fragment1")),
                    closeFrame(1000),
                    frame(FIN, CONTINUATION, ascii("fragment2"))));
            expectCode(peer, 1000);
        });
        open("7.1.6", peer -> {
            byte[] large = filled(256 << 10, 'B');
            peer.send(join(frame(FIN, TEXT, large), frame(FIN, TEXT, HELLO), closeFrame(1000), frame(FIN, PING)));
            peer.expect(TEXT, large);
            peer.expect(TEXT, HELLO);
            expectCode(peer, 1000);
        });
        add("7.3.1", answered(frame(FIN, CLOSE), 1000));
        add("7.3.2", broken(frame(FIN, CLOSE, (byte) 'a')));
        add("7.3.3", answered(closeFrame(1000), 1000));
        add("7.3.4", answered(closeFrame(1000, ascii("Hello World!")), 1000));
        add("7.3.5", answered(closeFrame(1000, filled(123, '*')), 1000));
        add("7.3.6", broken(closeFrame(1000, filled(124, '*'))));
        add("7.5.1", peer -> {
            peer.send(closeFrame(1000, CatalogueOfText.hex("cebae1bdb9cf83cebcceb5eda080656469746564")));
            expectCode(peer, 1007);
        });
    }

    private static Script closedBefore(byte[] frame) {
        return peer -> {
            peer.send(join(closeFrame(1000), frame));
            expectCode(peer, 1000);
        };
    }

    private static Script answered(byte[] frame, int code) {
        return peer -> {
            peer.send(frame);
            expectCode(peer, code);
        };
    }

    private void closeCodes() {
        int[] valid = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999};
        for (int i = 0; i < valid.length; i++) {
            add("7.7." + (i + 1), answered(closeFrame(valid[i]), valid[i]));
        }
        int[] invalid = {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999};
        for (int i = 0; i < invalid.length; i++) {
            add("7.9." + (i + 1), broken(closeFrame(invalid[i])));
        }
        open("7.13.1", broken(closeFrame(5000)));
        // The number of the catalogue, 65536, does not fit in the two octets that there are.
        open("7.13.2", broken(closeFrame(65_535)));
    }
}
