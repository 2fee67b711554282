package io.bailiwick.router.link;

/** The router's side of new links: called once for each, before anything is delivered from it. */
@FunctionalInterface
public interface LinkAcceptor {
    /** Takes a new link and says who listens to it. */
    Link.Listener accept(Link link);
}
