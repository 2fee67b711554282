/**
 * Mail by SMTP: codes on their way to people. Sends on threads of its own, within bounds and deadlines; Jakarta Mail stays in
 * this package. Depends on {@code activation} and the router's {@code config}.
 */
@NullMarked
package io.bailiwick.domain.mail;

import org.jspecify.annotations.NullMarked;
