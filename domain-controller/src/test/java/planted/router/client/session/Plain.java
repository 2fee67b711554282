package planted.router.client.session;

/** A class to reach for. */
public final class Plain {}
