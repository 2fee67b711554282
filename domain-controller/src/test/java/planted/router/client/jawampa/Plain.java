package planted.router.client.jawampa;

/** A class to reach for. */
public final class Plain {}
