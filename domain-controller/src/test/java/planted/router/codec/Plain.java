package planted.router.codec;

/** A class to reach for. */
public final class Plain {}
