package planted.node;

/** A class to reach for. */
public final class Agent {}
