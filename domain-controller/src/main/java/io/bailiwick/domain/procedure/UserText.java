package io.bailiwick.domain.procedure;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.Uris;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bounds of what users may write on things: it is stored, and sent to everybody who looks. */
final class UserText {
    private static final int MAX_LABEL = 256;
    private static final int MAX_DESCRIPTION = 4096;
    private static final int MAX_TAGS = 64;

    private UserText() {}

    /** Refuses, with {@code wamp.error.invalid_argument}, what is too long or too many. */
    static void check(@Nullable String label, @Nullable String description, @Nullable List<String> tags) {
        checkLength("label", label, MAX_LABEL);
        checkLength("description", description, MAX_DESCRIPTION);
        if (tags == null) {
            return;
        }
        if (tags.size() > MAX_TAGS) {
            throw tooMuch("tags", "at most " + MAX_TAGS, String.valueOf(tags.size()));
        }
        for (String tag : tags) {
            checkLength("a tag", tag, MAX_LABEL);
        }
    }

    private static void checkLength(String what, @Nullable String text, int most) {
        if (text != null && text.length() > most) {
            throw tooMuch(what, "at most " + most + " characters", String.valueOf(text.length()));
        }
    }

    private static ApplicationError tooMuch(String what, String expected, String found) {
        return new ApplicationError(Uris.INVALID_ARGUMENT, what + ": expected " + expected + ", but found " + found);
    }
}
