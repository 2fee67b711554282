package io.bailiwick.router.transport;

import static io.bailiwick.router.transport.Catalogue.FIN;
import static io.bailiwick.router.transport.Catalogue.NOTHING;
import static io.bailiwick.router.transport.CataloguePeer.CONTINUATION;
import static io.bailiwick.router.transport.CataloguePeer.TEXT;
import static io.bailiwick.router.transport.CataloguePeer.frame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Section 6 of the catalogue: text that is UTF-8, and text that is not. */
final class CatalogueOfText {
    /** The Greek word kosme: five characters of two and three octets. */
    private static final String KOSME = "cebae1bdb9cf83cebcceb5";

    private static final String EDITED = "656469746564";

    private final List<Catalogue.Case> cases = new ArrayList<>();

    private CatalogueOfText() {}

    static List<Catalogue.Case> all() {
        CatalogueOfText text = new CatalogueOfText();
        text.empty();
        text.inFragments();
        text.failFast();
        text.prefixes();
        text.boundaries();
        text.malformed();
        text.overlong();
        text.surrogatesAndSpecials();
        return text.cases;
    }

    private void add(String number, Catalogue.Script script) {
        cases.add(new Catalogue.Case(number, Catalogue.Verdict.OK, script));
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static Catalogue.Script valid(byte[] message, byte[] sent) {
        return peer -> {
            peer.send(sent);
            peer.expect(TEXT, message);
            Catalogue.endOrdinarily(peer);
        };
    }

    private static Catalogue.Script invalid(byte[] sent) {
        return peer -> {
            peer.send(sent);
            Catalogue.expectCode(peer, 1007);
        };
    }

    /** A text in fragments of one octet each. */
    private static byte[] octetByOctet(byte[] text) {
        byte[][] frames = new byte[text.length][];
        for (int i = 0; i < text.length; i++) {
            frames[i] = frame(i == text.length - 1 ? FIN : 0, i == 0 ? TEXT : CONTINUATION, text[i]);
        }
        return Catalogue.join(frames);
    }

    /** Cases of one section, each a text in one frame. */
    private void section(int section, boolean isValid, String... texts) {
        String number = "6." + section + ".";
        long there =
                cases.stream().filter(one -> one.number().startsWith(number)).count();
        for (int i = 0; i < texts.length; i++) {
            byte[] text = hex(texts[i]);
            byte[] sent = frame(FIN, TEXT, text);
            add(number + (there + i + 1), isValid ? valid(text, sent) : invalid(sent));
        }
    }

    private void empty() {
        byte[] middle = Catalogue.ascii("middle frame payload");
        add("6.1.1", valid(NOTHING, frame(FIN, TEXT)));
        add("6.1.2", valid(NOTHING, Catalogue.join(frame(0, TEXT), frame(0, CONTINUATION), frame(FIN, CONTINUATION))));
        add(
                "6.1.3",
                valid(
                        middle,
                        Catalogue.join(frame(0, TEXT), frame(0, CONTINUATION, middle), frame(FIN, CONTINUATION))));
    }

    private void inFragments() {
        byte[] mixed = hex("48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121");
        byte[] half = Arrays.copyOf(mixed, 12);
        byte[] rest = Arrays.copyOfRange(mixed, 12, mixed.length);
        add("6.2.1", valid(mixed, frame(FIN, TEXT, mixed)));
        add("6.2.2", valid(mixed, Catalogue.join(frame(0, TEXT, half), frame(FIN, CONTINUATION, rest))));
        add("6.2.3", valid(mixed, octetByOctet(mixed)));
        add("6.2.4", valid(hex(KOSME), octetByOctet(hex(KOSME))));
        byte[] surrogate = hex(KOSME + "eda080" + EDITED);
        add("6.3.1", invalid(frame(FIN, TEXT, surrogate)));
        add("6.3.2", invalid(octetByOctet(surrogate)));
    }

    /**
     * The rest is never sent: who waits for it before he complains, waits for ever. The octets of 6.4.1 and 6.4.3 are wrong
     * from the second on; those of 6.4.2 and 6.4.4 end with the first octet that shows it.
     */
    private void failFast() {
        String[][] parts = {{KOSME, "f4908080", EDITED}, {KOSME + "f4", "90", "8080" + EDITED}};
        for (int i = 0; i < 2; i++) {
            byte[] first = hex(parts[i][0]);
            byte[] second = hex(parts[i][1]);
            byte[] all = hex(String.join("", parts[i]));
            add("6.4." + (i + 1), peer -> {
                peer.send(frame(0, TEXT, first));
                peer.send(frame(0, CONTINUATION, second));
                Catalogue.expectCode(peer, 1007);
            });
            int header = 6;
            add("6.4." + (i + 3), peer -> {
                byte[] whole = frame(FIN, TEXT, all);
                peer.send(Arrays.copyOf(whole, header + first.length));
                peer.send(Arrays.copyOfRange(whole, header + first.length, header + first.length + second.length));
                Catalogue.expectCode(peer, 1007);
            });
        }
    }

    private void prefixes() {
        section(
                5,
                true,
                "68656c6c6f24776f726c64",
                "68656c6c6fc2a2776f726c64",
                "68656c6c6fe282ac776f726c64",
                "68656c6c6ff0a4ada2776f726c64",
                KOSME);
        for (int octets = 1; octets <= KOSME.length() / 2; octets++) {
            section(6, List.of(2, 5, 7, 9, 11).contains(octets), KOSME.substring(0, 2 * octets));
        }
    }

    private void boundaries() {
        section(7, true, "00", "c280", "e0a080", "f0908080");
        section(8, false, "f888808080", "fc8480808080");
        section(9, true, "7f", "dfbf", "efbfbf", "f48fbfbf");
        section(10, false, "f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf");
        section(11, true, "ed9fbf", "ee8080", "efbfbd", "f48fbfbf");
        section(11, false, "f4908080");
    }

    private static String octets(int from, int to, String behindEach) {
        StringBuilder octets = new StringBuilder();
        IntStream.rangeClosed(from, to)
                .forEach(octet ->
                        octets.append(HexFormat.of().toHexDigits((byte) octet)).append(behindEach));
        return octets.toString();
    }

    private void malformed() {
        section(
                12,
                false,
                "80",
                "bf",
                "80bf",
                "80bf80",
                "80bf80bf",
                "80bf80bf80",
                "80bf80bf80bf",
                octets(0x80, 0xbf, ""));
        section(
                13,
                false,
                octets(0xc0, 0xdf, "20"),
                octets(0xe0, 0xef, "20"),
                octets(0xf0, 0xf7, "20"),
                octets(0xf8, 0xfb, "20"),
                octets(0xfc, 0xfd, "20"));
        String[] cut = {
            "c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"
        };
        section(14, false, cut);
        section(15, false, String.join("", cut));
        section(16, false, "fe", "ff", "fefeffff");
    }

    private void overlong() {
        section(17, false, "c0af", "e080af", "f08080af", "f8808080af", "fc80808080af");
        section(18, false, "c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf");
        section(19, false, "c080", "e08080", "f0808080", "f880808080", "fc8080808080");
    }

    private void surrogatesAndSpecials() {
        section(20, false, "eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf");
        for (String high : List.of("eda080", "edadbf", "edae80", "edafbf")) {
            section(21, false, high + "edb080", high + "edbfbf");
        }
        for (int plane = 0; plane <= 16; plane++) {
            section(22, true, utf8(plane << 16 | 0xfffe), utf8(plane << 16 | 0xffff));
        }
        for (int special = 0xfff9; special <= 0xffff; special++) {
            section(23, true, utf8(special));
        }
    }

    private static String utf8(int codePoint) {
        byte[] octets = new String(Character.toChars(codePoint)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(octets);
    }
}
