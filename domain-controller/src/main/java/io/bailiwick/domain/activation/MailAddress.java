package io.bailiwick.domain.activation;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A mail address that may become an authid: plain ASCII (RFC 5321, "Mailbox", without quotes and address literals), in lower
 * case, for no mail server tells two people apart by capitals.
 *
 * @param text the address
 */
public record MailAddress(String text) {
    private static final int MAX = 254;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern FORM = Pattern.compile(
            "[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@" + LABEL + "(?:\\." + LABEL + ")*");
    private static final int MAX_LOCAL = 64;

    /** The address that a text is; empty when it is none. */
    public static Optional<MailAddress> of(String text) {
        if (text.length() > MAX || text.indexOf('@') > MAX_LOCAL) {
            return Optional.empty();
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return FORM.matcher(lower).matches() ? Optional.of(new MailAddress(lower)) : Optional.empty();
    }

    /** What comes after the {@code @}. */
    public String domain() {
        return text.substring(text.indexOf('@') + 1);
    }

    @Override
    public String toString() {
        return text;
    }
}
