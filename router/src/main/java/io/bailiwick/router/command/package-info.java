/**
 * What every command of the launcher shares (exit codes, output, connection options) and the commands that need nothing but a
 * router to talk to. Subcommands of the other modules are found as services. Depends on {@code client}, {@code transport}, {@code store}.
 */
@NullMarked
package io.bailiwick.router.command;

import org.jspecify.annotations.NullMarked;
