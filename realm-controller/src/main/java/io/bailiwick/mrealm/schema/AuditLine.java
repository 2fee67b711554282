package io.bailiwick.mrealm.schema;

/**
 * A record of the log of management actions, as it is hashed.
 *
 * @param text one line of JSON, in ASCII: {@code docs/audit.md} tells what is in it
 */
public record AuditLine(String text) {}
