package io.bailiwick.router.credential;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A ticket as it is stored: hashed with a salt, so that who reads the configuration cannot log in with it.
 *
 * <p>A ticket that a machine has drawn at random (128 bits or more) cannot be found by trying, however fast: one round of
 * SHA-256 is enough, and ten thousand nodes that come back at once do not queue for the hash. A ticket that a person has
 * chosen can be tried: it needs Argon2id, with the first of the parameters that OWASP recommends (19 MiB, two passes), about
 * thirty milliseconds each. {@link #ofRandom} and {@link #ofChosen} are these two.
 */
public final class TicketHash implements Secret {
    private static final int MEMORY = 19 * 1024;
    private static final int PASSES = 2;
    private static final int SIZE = 32;
    private static final int SALT_SIZE = 16;
    /** What a longer ticket would cost to hash is not worth paying for a stranger. */
    private static final int MAX_TICKET = 4096;

    private static final Pattern SHA256_TEXT = Pattern.compile("\\$sha256\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    private static final Pattern ARGON2_TEXT =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,4}),p=1\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    /** The cost of Argon2id; zero passes mean SHA-256. */
    private record Cost(int memory, int passes) {}

    private static final Cost SHA256 = new Cost(0, 0);

    private final Cost cost;
    private final byte[] salt;
    private final byte[] hash;

    private TicketHash(Cost cost, byte[] salt, byte[] hash) {
        this.cost = cost;
        this.salt = salt;
        this.hash = hash;
    }

    /** A new random ticket of 256 bits, 43 characters. */
    public static String newTicket() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Octets.random(SIZE));
    }

    /** The hash of a ticket that was drawn at random. */
    public static TicketHash ofRandom(String ticket) {
        return of(SHA256, ticket);
    }

    /** The hash of a ticket that a person has chosen; takes about thirty milliseconds. */
    public static TicketHash ofChosen(String ticket) {
        return of(new Cost(MEMORY, PASSES), ticket);
    }

    private static TicketHash of(Cost cost, String ticket) {
        if (ticket.isEmpty() || ticket.length() > MAX_TICKET) {
            throw new IllegalArgumentException(
                    "ticket: expected 1 to " + MAX_TICKET + " characters, but found " + ticket.length());
        }
        byte[] salt = Octets.random(SALT_SIZE);
        return new TicketHash(cost, salt, hash(cost, salt, ticket));
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @param text {@code $sha256$salt$hash}, or {@code $argon2id$v=19$m=..,t=..,p=1$salt$hash} as other tools write it too;
     *     salt and hash in Base64 without padding
     * @throws IllegalArgumentException when it is neither; the text does not repeat it
     */
    public static TicketHash parse(String text) {
        Matcher sha256 = SHA256_TEXT.matcher(text);
        if (sha256.matches()) {
            return parsed(SHA256, sha256.group(1), sha256.group(2));
        }
        Matcher argon2 = ARGON2_TEXT.matcher(text);
        if (argon2.matches()) {
            Cost cost = new Cost(Integer.parseInt(argon2.group(1)), Integer.parseInt(argon2.group(2)));
            if (cost.memory >= 8 && cost.passes >= 1) {
                return parsed(cost, argon2.group(3), argon2.group(4));
            }
        }
        throw unreadable();
    }

    private static TicketHash parsed(Cost cost, String salt, String hash) {
        byte[] saltOctets = Octets.fromBase64(salt, 64);
        byte[] hashOctets = Octets.fromBase64(hash, SIZE);
        if (saltOctets == null || saltOctets.length < 8 || hashOctets == null || hashOctets.length != SIZE) {
            throw unreadable();
        }
        return new TicketHash(cost, saltOctets, hashOctets);
    }

    private static IllegalArgumentException unreadable() {
        return new IllegalArgumentException(
                "ticket hash: expected $sha256$salt$hash or $argon2id$v=19$m=..,t=..,p=1$salt$hash"
                        + " with a hash of 32 octets, but found another text");
    }

    private static byte[] hash(Cost cost, byte[] salt, String ticket) {
        return cost.passes == 0
                ? Octets.sha256(salt, Octets.utf8(ticket))
                : Kdf.ARGON2ID13.derive(ticket, salt, cost.passes, cost.memory, SIZE);
    }

    @Override
    public String method() {
        return "ticket";
    }

    /** Whether this is the ticket; takes as long as {@link #ofChosen} where the hash is Argon2id. */
    public boolean matches(String ticket) {
        if (ticket.length() > MAX_TICKET) {
            return false;
        }
        return Octets.same(hash, hash(cost, salt, ticket));
    }

    /** The form in which it is stored. */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        String kind = cost.passes == 0 ? "$sha256$" : "$argon2id$v=19$m=" + cost.memory + ",t=" + cost.passes + ",p=1$";
        return kind + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    @Override
    public TicketHash lookalike(Noise noise) {
        return new TicketHash(cost, noise.octets("salt", salt.length), noise.octets("hash", SIZE));
    }

    @Override
    public String mark(Noise noise) {
        return noise.mark(method() + " " + text());
    }

    /** What a check costs, and nothing else. */
    @Override
    public String toString() {
        return "TicketHash[" + (cost.passes == 0 ? "sha256" : "argon2id, m=" + cost.memory + ", t=" + cost.passes)
                + "]";
    }
}
