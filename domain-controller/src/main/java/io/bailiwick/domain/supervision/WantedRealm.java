package io.bailiwick.domain.supervision;

import java.util.UUID;

/**
 * A realm that shall have a running controller.
 *
 * @param oid the object id of the realm's row
 * @param name the name of the realm
 */
public record WantedRealm(UUID oid, String name) {}
