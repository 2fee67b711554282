package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Renders plain structures, right and wrong ones, in every format, in forms that the writers under test do not choose: wide
 * heads in MessagePack and CBOR, white space in JSON.
 */
final class Rendering {
    private final Format format;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A dictionary that may hold a key twice, and keys that are no texts. */
    record Entries(List<Object> keys, List<Object> values) {}

    /** A text of these octets, UTF-8 or not, without characters that JSON escapes. */
    static final class Octets {
        private final byte[] octets;

        Octets(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(octets);
        }
    }

    private Rendering(Format format) {
        this.format = format;
    }

    static byte[] of(Format format, Object value) {
        Rendering rendering = new Rendering(format);
        rendering.value(value);
        return rendering.out.toByteArray();
    }

    private void value(Object value) {
        if (value == null) {
            word("null", 0xc0, 0xf6);
        } else if (value instanceof Boolean flag) {
            word(flag.toString(), flag ? 0xc3 : 0xc2, flag ? 0xf5 : 0xf4);
        } else if (value instanceof Double number) {
            if (format == Format.JSON) {
                ascii(number.toString());
            } else {
                head(0xcb, 0xfb, Double.doubleToLongBits(number), 8);
            }
        } else if (value instanceof Number number) {
            integer(new BigInteger(number.toString()));
        } else if (value instanceof String text) {
            octets(text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Octets text) {
            octets(text.octets);
        } else if (value instanceof byte[] binary) {
            binary(binary);
        } else if (value instanceof List<?> list) {
            list(list);
        } else if (value instanceof Entries entries) {
            dict(entries.keys(), entries.values());
        } else {
            Map<?, ?> map = (Map<?, ?>) value;
            dict(List.copyOf(map.keySet()), new ArrayList<>(map.values()));
        }
    }

    private void integer(BigInteger integer) {
        switch (format) {
            case JSON -> ascii(integer.toString());
            case MSGPACK -> head(integer.signum() < 0 ? 0xd3 : 0xcf, 0, integer.longValue(), 8);
            case CBOR -> {
                if (integer.signum() < 0) {
                    head(0, 0x3b, integer.not().longValue(), 8);
                } else {
                    head(0, 0x1b, integer.longValue(), 8);
                }
            }
        }
    }

    private void octets(byte[] utf8) {
        if (format == Format.JSON) {
            out.write('"');
            for (byte octet : utf8) {
                if (octet == '"' || octet == '\\' || (octet >= 0 && octet < 0x20)) {
                    ascii(String.format("\\u%04X", (int) octet));
                } else {
                    out.write(octet);
                }
            }
            out.write('"');
        } else {
            head(0xdb, 0x7a, utf8.length, 4);
            out.writeBytes(utf8);
        }
    }

    private void binary(byte[] binary) {
        if (format == Format.JSON) {
            ascii("\"\\u0000" + Base64.getEncoder().encodeToString(binary) + "\"");
        } else {
            head(0xc6, 0x5a, binary.length, 4);
            out.writeBytes(binary);
        }
    }

    private void list(List<?> list) {
        if (format == Format.JSON) {
            ascii("[ ");
            for (int i = 0; i < list.size(); i++) {
                ascii(i > 0 ? " ,\t" : "");
                value(list.get(i));
            }
            ascii("\n]");
        } else {
            head(0xdd, 0x9a, list.size(), 4);
            list.forEach(this::value);
        }
    }

    private void dict(List<?> keys, List<?> values) {
        if (format == Format.JSON) {
            ascii("{ ");
        } else {
            head(0xdf, 0xba, keys.size(), 4);
        }
        for (int i = 0; i < keys.size(); i++) {
            json(i > 0 ? "\r, " : "");
            value(keys.get(i));
            json(" : ");
            value(values.get(i));
        }
        json(" }");
    }

    private void json(String text) {
        if (format == Format.JSON) {
            ascii(text);
        }
    }

    private void word(String json, int msgPack, int cbor) {
        if (format == Format.JSON) {
            ascii(json);
        } else {
            out.write(format == Format.MSGPACK ? msgPack : cbor);
        }
    }

    private void head(int msgPack, int cbor, long number, int octets) {
        out.write(format == Format.MSGPACK ? msgPack : cbor);
        byte[] eight = ByteBuffer.allocate(8).putLong(number).array();
        out.write(eight, 8 - octets, octets);
    }

    private void ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
