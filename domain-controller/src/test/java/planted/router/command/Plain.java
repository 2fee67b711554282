package planted.router.command;

/** A class to reach for. */
public final class Plain {}
