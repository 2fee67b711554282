/**
 * The configuration file of a router on its own: read from YAML into the records that the parts of the router take, with every
 * fault by line and column. Runs on the thread of the command; reads the files that the configuration names. Depends on
 * {@code config} and on the packages whose options it reads.
 */
@NullMarked
package io.bailiwick.router.standalone.config;

import org.jspecify.annotations.NullMarked;
