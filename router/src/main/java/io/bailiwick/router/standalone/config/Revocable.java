package io.bailiwick.router.standalone.config;

/** What an authid could come back with after its sessions were killed. */
public enum Revocable {
    /** The cookies of its logins. */
    COOKIES,
    /** Its static ticket, until the file is read again. */
    TICKETS
}
