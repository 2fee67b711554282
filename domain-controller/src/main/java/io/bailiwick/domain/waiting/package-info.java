/**
 * How nodes come to belong to a realm without anybody having paired them by hand: those that knock wait to be approved or
 * denied, codes let them join by themselves, files in a watched directory and lists pair many; and one key is in one place.
 * What a knock leaves is kept in memory and written now and then; everything else is decided in one write. Any thread, but for
 * the watcher, which has its own. Depends on {@code schema}, {@code admission}, {@code activation}, {@code procedure} and the
 * router's {@code client}, {@code store} and {@code cryptosign}.
 */
@NullMarked
package io.bailiwick.domain.waiting;

import org.jspecify.annotations.NullMarked;
