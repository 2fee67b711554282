/**
 * Backups of a domain and of single realms, made while it runs, and the ways back from them. What is here may take minutes and
 * blocks the thread that asks: procedures hand it to one of their own. May use the schema, the rules for keys, the errors of
 * {@code domain.procedure}, and the router's store.
 */
@NullMarked
package io.bailiwick.domain.backup;

import org.jspecify.annotations.NullMarked;
