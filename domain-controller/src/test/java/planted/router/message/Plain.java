package planted.router.message;

/** A class to reach for. */
public final class Plain {}
