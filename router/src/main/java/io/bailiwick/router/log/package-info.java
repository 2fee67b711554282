/**
 * What an entry of a log looks like, and the log of child processes, which is all that they need of one and is loaded in no
 * time. Any thread. Depends on SLF4J only.
 */
@NullMarked
package io.bailiwick.router.log;

import org.jspecify.annotations.NullMarked;
