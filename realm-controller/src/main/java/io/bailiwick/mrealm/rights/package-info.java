/**
 * Who may call what on a management realm: each procedure says so beside itself, and one guard before all of them looks at it. Runs on
 * the controller's one thread. Depends on {@code client}.
 */
@NullMarked
package io.bailiwick.mrealm.rights;

import org.jspecify.annotations.NullMarked;
