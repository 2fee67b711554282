package io.bailiwick.domain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Somebody who says HELLO with a key that is not his, in octets of his own. */
final class Unproven {
    private static final int CHALLENGE = 4;

    private Unproven() {}

    /**
     * What he hears, in words: whether he was challenged, the reason of the ABORT and its details, and which names the
     * CHALLENGE had.
     *
     * @param port of RawSocket on loopback
     * @param claims the entries of HELLO.Details that say who he is, as JSON without braces
     */
    static String hears(int port, String claims) throws IOException {
        try (Hand hand = new Hand(port)) {
            JsonNode challenge =
                    hand.says("[1,null,{\"roles\":{\"caller\":{},\"callee\":{}},\"authmethods\":[\"cryptosign\"],"
                            + claims + "}]");
            JsonNode end = hand.says("[5,\"" + "0".repeat(192) + "\",{}]");
            List<String> extra = new ArrayList<>();
            challenge.get(2).fieldNames().forEachRemaining(extra::add);
            return (challenge.get(0).asInt() == CHALLENGE ? "CHALLENGE " : "? ")
                    + end.get(2).asText() + " " + end.get(1) + " " + extra;
        }
    }
}
