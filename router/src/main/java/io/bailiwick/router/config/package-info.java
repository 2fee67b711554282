/**
 * Configuration files: YAML in which every value knows where it stands, so that what is wrong is said with file, line and
 * column. Any thread. Depends on the JDK and Jackson.
 */
@NullMarked
package io.bailiwick.router.config;

import org.jspecify.annotations.NullMarked;
