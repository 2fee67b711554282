package io.bailiwick.router.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What stands around every value on disk: one byte of format version and a CRC32C over the name of the table or index,
 * the key and the value. A value that was damaged, or that belongs to another key or table, does not come out.
 */
final class Envelope {
    private static final byte VERSION = 1;
    private static final int HEADER = 1 + Integer.BYTES;

    private Envelope() {}

    static byte[] seal(String space, byte[] key, byte[] value) {
        return ByteBuffer.allocate(HEADER + value.length)
                .put(VERSION)
                .putInt(crc(space, key, VERSION, value, 0))
                .put(value)
                .array();
    }

    /** @throws CorruptStoreException when the checksum does not hold */
    static byte[] open(String space, byte[] key, byte[] sealed) {
        if (sealed.length < HEADER) {
            throw damaged(space, key, "at least " + HEADER + " bytes, but found " + sealed.length);
        }
        if (sealed[0] != VERSION) {
            throw damaged(space, key, "a value of format " + VERSION + ", but found format " + sealed[0]);
        }
        int expected = ByteBuffer.wrap(sealed).getInt(1);
        int found = crc(space, key, sealed[0], sealed, HEADER);
        if (expected != found) {
            throw damaged(space, key, String.format("checksum %08x, but found %08x", expected, found));
        }
        return Arrays.copyOfRange(sealed, HEADER, sealed.length);
    }

    /**
     * A number that stands for one entry. The sum over all entries of a table tells whether one was lost, came back or was
     * replaced by an older one. Takes the checksum for the value, which it covers.
     */
    static long mark(byte[] key, byte[] sealed) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : key) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        hash ^= (long) ByteBuffer.wrap(sealed).getInt(1) << 32 | sealed.length;
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /** The first bytes of a key, for messages. */
    static String shown(byte[] key) {
        StringBuilder hex = new StringBuilder("x'");
        for (int i = 0; i < key.length && i < 64; i++) {
            hex.append(Character.forDigit(key[i] >> 4 & 0xF, 16)).append(Character.forDigit(key[i] & 0xF, 16));
        }
        return hex.append(key.length > 64 ? "'..." : "'").toString();
    }

    private static CorruptStoreException damaged(String space, byte[] key, String rest) {
        return new CorruptStoreException("expected in " + space + " under key " + shown(key) + " " + rest);
    }

    // The lengths are part of it, so that no byte can move from the name to the key or from the key to the value.
    private static int crc(String space, byte[] key, byte version, byte[] value, int offset) {
        // Names are ASCII: Schema sees to that.
        byte[] name = space.getBytes(StandardCharsets.ISO_8859_1);
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(2 * Integer.BYTES + 1)
                .putInt(name.length)
                .putInt(key.length)
                .put(version)
                .flip());
        crc.update(name);
        crc.update(key);
        crc.update(value, offset, value.length - offset);
        return (int) crc.getValue();
    }
}
