/**
 * A joined pair of ends that carry messages. What a network transport and the in-process link have in common, and all
 * that the router's core and the client see of either; and how often somebody may come, by whichever way. Depends on
 * {@code message}.
 */
@NullMarked
package io.bailiwick.router.link;

import org.jspecify.annotations.NullMarked;
