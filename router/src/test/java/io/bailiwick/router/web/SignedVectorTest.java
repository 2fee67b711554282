package io.bailiwick.router.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The HMAC of signed requests and webhooks against RFC 4231, test case 2, in parts. */
class SignedVectorTest {
    @Test
    void parts_are_signed_as_if_they_were_one() {
        byte[] whole = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        byte[] first = "what do ya want ".getBytes(StandardCharsets.US_ASCII);
        byte[] second = "for nothing?".getBytes(StandardCharsets.US_ASCII);
        String expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assertEquals(expected, HexFormat.of().formatHex(SignedRequests.hmac("Jefe", List.of(whole))));
        assertEquals(expected, HexFormat.of().formatHex(SignedRequests.hmac("Jefe", List.of(first, second))));
    }
}
