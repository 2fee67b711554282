/**
 * What users write down of the objects of a realm: documentation, tags, attributes, comments. Procedures run on the controller's one
 * thread, writes on the store's, reads where the realm's reading runs. Depends on {@code node}, {@code rights}, {@code schema},
 * {@code store} and {@code client}.
 */
@NullMarked
package io.bailiwick.mrealm.metadata;

import org.jspecify.annotations.NullMarked;
