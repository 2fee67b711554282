package io.bailiwick.mrealm.metadata;

import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.router.client.ApplicationError;
import java.util.Optional;
import java.util.UUID;

/** The objects of a realm of which something can be written down: the realm itself and its nodes. */
public final class RealmObjects {
    /** What the realm itself is. */
    static final String MREALM = "mrealm";
    /** What a node is. */
    static final String NODE = "node";

    /**
     * An object.
     *
     * @param oid its object id
     * @param type what it is
     */
    record Found(UUID oid, String type) {}

    private final UUID realmOid;
    private final String realm;
    private final RealmNodes nodes;

    /** The objects of a realm. */
    public RealmObjects(UUID realmOid, String realm, RealmNodes nodes) {
        this.realmOid = realmOid;
        this.realm = realm;
        this.nodes = nodes;
    }

    /** The object with this object id, or the node with this authid, or the realm by its name. */
    Optional<Found> find(String object) {
        if (object.equals(realmOid.toString())) {
            return Optional.of(new Found(realmOid, MREALM));
        }
        Optional<Found> node = nodes.find(object).map(found -> new Found(found.oid(), NODE));
        return node.isPresent() || !object.equals(realm) ? node : Optional.of(new Found(realmOid, MREALM));
    }

    /** The same. Error: {@code crossbar.error.no_such_object}. */
    Found require(String object) {
        return find(object).orElseThrow(() -> none("object"));
    }

    /** An object that is there, or the object id of one that is no more. Error: {@code crossbar.error.no_such_object}. */
    UUID requireOid(String object) {
        return find(object).map(Found::oid).orElseGet(() -> oid(object));
    }

    /** Whether it is there. */
    boolean has(UUID oid) {
        return find(oid.toString()).isPresent();
    }

    /** Reads an object id. Error: {@code crossbar.error.no_such_object}. */
    static UUID oid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notAnOid) {
            throw none("object");
        }
    }

    static ApplicationError none(String what) {
        return new ApplicationError(RealmNodes.NO_SUCH_OBJECT, "there is no such " + what + " in this realm");
    }
}
