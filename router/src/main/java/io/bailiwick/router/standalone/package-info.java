/**
 * The router on its own, without a domain controller: started from its configuration file, and the commands for it. Threads
 * are those of the router and of the command. Depends on {@code server}, {@code admission} and what they take, and on
 * {@code command}.
 */
@NullMarked
package io.bailiwick.router.standalone;

import org.jspecify.annotations.NullMarked;
