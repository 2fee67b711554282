package io.bailiwick.router.transport;

import static io.bailiwick.router.transport.Catalogue.FIN;
import static io.bailiwick.router.transport.CataloguePeer.BINARY;
import static io.bailiwick.router.transport.CataloguePeer.TEXT;
import static io.bailiwick.router.transport.CataloguePeer.frame;

import java.util.ArrayList;
import java.util.List;

/** Section 9 of the catalogue: large messages, small fragments, small pieces and many messages. */
final class CatalogueOfSizes {
    private static final int MEBIBYTE = 1 << 20;

    private final List<Catalogue.Case> cases = new ArrayList<>();

    private CatalogueOfSizes() {}

    /** In the order of the catalogue: text and binary by turns. */
    static List<Catalogue.Case> all() {
        CatalogueOfSizes sizes = new CatalogueOfSizes();
        int[] whole = {64 << 10, 256 << 10, MEBIBYTE, 4 * MEBIBYTE, 8 * MEBIBYTE, 16 * MEBIBYTE};
        int[] fragments = {64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, MEBIBYTE, 4 * MEBIBYTE};
        int[] pieces = {64, 128, 256, 512, 1_024, 2_048};
        int[] many = {0, 16, 64, 256, 1_024, 4_096};
        for (int kind = 0; kind < 2; kind++) {
            int opcode = kind == 0 ? TEXT : BINARY;
            for (int i = 0; i < whole.length; i++) {
                sizes.pieces("9." + (1 + kind) + "." + (i + 1), opcode, whole[i], Integer.MAX_VALUE);
            }
            for (int i = 0; i < fragments.length; i++) {
                sizes.fragments("9." + (3 + kind) + "." + (i + 1), opcode, fragments[i]);
            }
            for (int i = 0; i < pieces.length; i++) {
                sizes.pieces("9." + (5 + kind) + "." + (i + 1), opcode, MEBIBYTE, pieces[i]);
            }
            for (int i = 0; i < many.length; i++) {
                sizes.many("9." + (7 + kind) + "." + (i + 1), opcode, many[i]);
            }
        }
        return sizes.cases;
    }

    private void add(String number, Catalogue.Script script) {
        cases.add(new Catalogue.Case(number, Catalogue.Verdict.OK, script));
    }

    /** A payload whose every part differs from its neighbours, so that none can be lost or doubled unnoticed. */
    private static byte[] payload(int opcode, int length) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            int mixed = (i * 0x9e37_79b1) >>> 24;
            payload[i] = (byte) (opcode == TEXT ? ' ' + mixed % 95 : mixed);
        }
        return payload;
    }

    /** A message in one frame, in pieces of this size. */
    private void pieces(String number, int opcode, int length, int piece) {
        add(number, peer -> {
            byte[] payload = payload(opcode, length);
            peer.chop(frame(FIN, opcode, payload), piece);
            peer.expect(opcode, payload);
            Catalogue.endOrdinarily(peer);
        });
    }

    /** A message of 4 MiB in fragments of this size. */
    private void fragments(String number, int opcode, int size) {
        add(number, peer -> {
            byte[] payload = payload(opcode, 4 * MEBIBYTE);
            peer.fragments(opcode, payload, size);
            peer.expect(opcode, payload);
            Catalogue.endOrdinarily(peer);
        });
    }

    /** A thousand messages, each sent when the one before has come back. */
    private void many(String number, int opcode, int length) {
        add(number, peer -> {
            byte[] payload = payload(opcode, length);
            byte[] sent = frame(FIN, opcode, payload);
            for (int i = 0; i < 1_000; i++) {
                peer.send(sent);
                peer.expect(opcode, payload);
            }
            Catalogue.endOrdinarily(peer);
        });
    }
}
