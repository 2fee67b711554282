package io.bailiwick.router.web;

import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Peer;

/** The ways into the router inside this process. */
public interface Entrance {
    /**
     * As a stranger, who says HELLO and proves who he is like one that comes over a network.
     *
     * @param peer where the request came from: what the router takes for the other end of the link
     */
    Connector stranger(Peer peer);

    /** As somebody whose identity was proven already: with nothing more to prove. */
    Connector trusted(String realm, String authid, String authrole);
}
