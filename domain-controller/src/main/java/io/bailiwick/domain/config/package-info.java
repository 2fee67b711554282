/**
 * Parts of a master's configuration: records that read themselves from a section of the file and show themselves. Any thread.
 * May use {@code router.config} and the options of the router that they hold.
 */
@NullMarked
package io.bailiwick.domain.config;

import org.jspecify.annotations.NullMarked;
