package planted.router.cryptosign;

/** A class to reach for. */
public final class Plain {}
