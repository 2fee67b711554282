package planted.router.link;

/** A class to reach for. */
public final class Plain {}
