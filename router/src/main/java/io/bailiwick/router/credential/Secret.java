package io.bailiwick.router.credential;

/**
 * What a router stores to check one authentication method of one principal. Never prints what is secret in it.
 *
 * <p>Each can make a {@linkplain #lookalike lookalike} of itself: a secret that nobody knows, which asks the same and costs
 * the same to check. It stands in for the secret of somebody who does not exist.
 */
public sealed interface Secret permits TicketHash, CraSecret, ScramCredential {
    /** The name of the method in {@code authmethods}. */
    String method();

    /**
     * A secret of the same shape and cost that no answer fits.
     *
     * @param noise whose noise it is made of: the same noise makes the same lookalike
     */
    Secret lookalike(Noise noise);

    /**
     * A text by which this very secret is known again, with its costs and its salt.
     *
     * @param noise without it, the text tells nothing of the secret
     */
    String mark(Noise noise);
}
