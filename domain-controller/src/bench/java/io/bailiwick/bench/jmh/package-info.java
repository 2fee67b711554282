/**
 * Microbenchmarks by JMH, of what is a pure function or a store: {@code ./bailiwick bench jmh [REGEX]}. Bytes allocated for
 * each operation are counted too: that figure has no noise.
 */
@NullMarked
package io.bailiwick.bench.jmh;

import org.jspecify.annotations.NullMarked;
