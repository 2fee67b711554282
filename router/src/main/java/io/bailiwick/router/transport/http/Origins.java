package io.bailiwick.router.transport.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * From which origins a browser may come: from the listener's own, and from those that match a pattern. Requests without
 * Origin header are not from a page of another site, and always allowed.
 *
 * @param patterns origins, for example {@code https://app.example.com}; {@code *} in one stands for any characters but
 *     {@code :} and {@code /}, as in {@code https://*.example.com} and {@code http://localhost:*}; a lone {@code *} allows all
 */
public record Origins(List<String> patterns) {
    /** The listener's own origin only. */
    public static final Origins SAME = new Origins(List.of());

    /** Copies the patterns. */
    public Origins {
        patterns = patterns.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
    }

    /** Its own origin and those that match. */
    public static Origins of(String... patterns) {
        return new Origins(List.of(patterns));
    }

    /**
     * Whether a page of this origin may send requests here.
     *
     * @param origin the Origin header
     * @param host the Host header
     * @param tls whether the connection is encrypted: then the page's own must have been
     */
    public boolean allow(String origin, String host, boolean tls) {
        String asked = origin.toLowerCase(Locale.ROOT);
        return isSame(asked, host.toLowerCase(Locale.ROOT), tls)
                || patterns.stream().anyMatch(pattern -> matches(pattern, asked));
    }

    private static boolean matches(String pattern, String origin) {
        if (pattern.equals("*")) {
            return true;
        }
        String regex =
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^:/]*"));
        return origin.matches(regex);
    }

    /** The scheme of a page may be https where the connection is not encrypted: something in front of us does it then. */
    private static boolean isSame(String origin, String host, boolean tls) {
        URI page;
        try {
            page = new URI(origin);
        } catch (URISyntaxException e) {
            return false;
        }
        String scheme = page.getScheme();
        String authority = page.getRawAuthority();
        if (authority == null || !("https".equals(scheme) || ("http".equals(scheme) && !tls))) {
            return false;
        }
        String port = scheme.equals("https") ? ":443" : ":80";
        return withoutPort(authority, port).equals(withoutPort(host, port));
    }

    private static String withoutPort(String authority, String port) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }
}
