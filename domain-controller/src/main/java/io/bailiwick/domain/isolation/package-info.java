/**
 * What a realm controller may have and see: its bounds, its surroundings, and the sandbox around it. Values and command lines;
 * a probe of the sandbox runs once, on the thread that starts the domain. Depends on the router's configuration.
 */
@NullMarked
package io.bailiwick.domain.isolation;

import org.jspecify.annotations.NullMarked;
