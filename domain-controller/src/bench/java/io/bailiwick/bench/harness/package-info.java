/**
 * What measures: server processes on a processor of their own, the kernel's figures of who used how much of it, windows that
 * count only when nobody else was busy, and rounds in which all take turns. On the main thread.
 */
@NullMarked
package io.bailiwick.bench.harness;

import org.jspecify.annotations.NullMarked;
