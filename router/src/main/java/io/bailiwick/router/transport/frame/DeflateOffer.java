package io.bailiwick.router.transport.frame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How both ends agree on {@link Deflate} in the header Sec-WebSocket-Extensions (RFC 7692, section 7.1). */
public final class DeflateOffer {
    /** What a client of ours offers, and what a router answers: nothing is kept from message to message, both ways. */
    public static final String TERMS = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
    private static final String SERVER_BITS = "server_max_window_bits";
    private static final String CLIENT_BITS = "client_max_window_bits";
    private static final String NO_VALUE = "";

    private DeflateOffer() {}

    /**
     * The router's side: the first offer that can be accepted. One with a parameter that is unknown, repeated or has a value
     * it cannot have is declined; the window of the client may be as small or as large as it likes.
     *
     * @param headers the values of Sec-WebSocket-Extensions in the request
     */
    public static Optional<Deflate> accept(List<String> headers) {
        return extensions(headers).stream()
                .map(DeflateOffer::parameters)
                .flatMap(Optional::stream)
                .filter(DeflateOffer::isValid)
                .findFirst()
                .map(offer -> new Deflate(
                        Integer.parseInt(offer.getOrDefault(SERVER_BITS, "" + Deflate.MAX_WINDOW_BITS)),
                        offer.containsKey(SERVER_BITS)));
    }

    /** The value of Sec-WebSocket-Extensions that tells the client what it got. */
    public static String answer(Deflate agreed) {
        return agreed.named() ? TERMS + "; " + SERVER_BITS + "=" + agreed.windowBits() : TERMS;
    }

    /**
     * The client's side: what the router has made of {@link #TERMS}.
     *
     * @param headers the values of Sec-WebSocket-Extensions in the response, at least one
     * @return empty if that is no answer to what was offered
     */
    public static Optional<Deflate> agreed(List<String> headers) {
        List<String> extensions = extensions(headers);
        // We unpack whatever window the router uses, and it has not been told that ours could be smaller.
        return extensions.size() != 1
                ? Optional.empty()
                : parameters(extensions.get(0))
                        .filter(DeflateOffer::isValid)
                        .filter(answer -> answer.containsKey(SERVER_NO_CONTEXT) && !answer.containsKey(CLIENT_BITS))
                        .map(answer -> new Deflate(Deflate.MAX_WINDOW_BITS, false));
    }

    private static List<String> extensions(List<String> headers) {
        return headers.stream().flatMap(header -> parts(header, ',').stream()).toList();
    }

    /** The parameters of permessage-deflate; empty for another extension and where one is given twice. */
    private static Optional<Map<String, String>> parameters(String extension) {
        List<String> parts = parts(extension, ';');
        Map<String, String> parameters = new HashMap<>();
        if (!parts.get(0).equals(NAME)) {
            return Optional.empty();
        }
        for (String part : parts.subList(1, parts.size())) {
            int equal = part.indexOf('=');
            String name = equal < 0 ? part : part.substring(0, equal).strip();
            String value =
                    equal < 0 ? NO_VALUE : value(part.substring(equal + 1).strip());
            if (parameters.put(name, value) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    /** A value without its quotes; one of nothing is no value that any parameter may have. */
    private static String value(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        String value = quoted ? text.substring(1, text.length() - 1) : text;
        return value.isEmpty() ? "nothing" : value;
    }

    private static boolean isValid(Map<String, String> parameters) {
        return parameters.entrySet().stream().allMatch(parameter -> switch (parameter.getKey()) {
            case SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT -> parameter.getValue().equals(NO_VALUE);
            case SERVER_BITS -> isBits(parameter.getValue());
            case CLIENT_BITS -> parameter.getValue().equals(NO_VALUE) || isBits(parameter.getValue());
            default -> false;
        });
    }

    private static boolean isBits(String value) {
        return value.matches("[89]|1[0-5]");
    }

    /** The parts between the separators that do not stand in quotes. */
    private static List<String> parts(String text, char separator) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            }
            if (c == separator && !quoted) {
                parts.add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString().strip());
        return parts;
    }
}
