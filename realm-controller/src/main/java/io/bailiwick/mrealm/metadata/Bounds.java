package io.bailiwick.mrealm.metadata;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.Uris;
import java.util.Collection;
import java.util.regex.Pattern;

/** How much may be written down. What is beyond is refused with {@code wamp.error.invalid_argument}. */
final class Bounds {
    /** Bytes of a documentation as JSON. */
    static final int DOCS = 64 << 10;
    /** Bytes of the attributes of an object as JSON. */
    static final int ATTRIBUTES = 16 << 10;
    /** Attributes of an object, and tags of an object. */
    static final int NUMBER = 64;
    /** Comments of an object. */
    static final int COMMENTS = 1_000;
    /** Characters of a comment. */
    static final int TEXT = 4_096;
    /** Objects of which something is written. */
    static final long OBJECTS = 20_000;
    /** Comments of all objects. */
    static final long ALL_COMMENTS = 100_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern TAG = Pattern.compile("[^\\p{Cntrl}\\s](?:[^\\p{Cntrl}]{0,62}[^\\p{Cntrl}\\s])?");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private Bounds() {}

    static ApplicationError beyond(String what) {
        return new ApplicationError(Uris.INVALID_ARGUMENT, what);
    }

    /** Checks how much room a value takes. */
    static void requireRoom(String argument, Object value, int most) {
        int bytes;
        try {
            bytes = JSON.writeValueAsBytes(value).length;
        } catch (JsonProcessingException e) {
            throw beyond(argument + ": expected values that JSON can hold, but found others");
        }
        if (bytes > most) {
            throw beyond(argument + ": expected at most " + most + " bytes as JSON, but found " + bytes);
        }
    }

    static void requireTags(Collection<String> tags) {
        requireNumber("tags", tags.size());
        for (String tag : tags) {
            if (tag == null || !TAG.matcher(tag).matches()) {
                throw beyond("tags: expected 1 to 64 characters, none of them a control character, and no space at"
                        + " either end, but found another text");
            }
        }
    }

    static void requireNumber(String argument, int number) {
        if (number > NUMBER) {
            throw beyond(argument + ": expected at most " + NUMBER + ", but found " + number);
        }
    }

    static void requireKeys(Collection<String> keys) {
        for (String key : keys) {
            if (!KEY.matcher(key).matches()) {
                throw beyond("attributes: expected names of 1 to 64 letters, digits and _.:-, but found another text");
            }
        }
    }

    static void requireText(String text) {
        if (text.isBlank() || text.length() > TEXT) {
            throw beyond("text: expected 1 to " + TEXT + " characters, but found "
                    + (text.isBlank() ? "a blank text" : text.length()));
        }
    }
}
