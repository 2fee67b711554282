/** What was found, and how it is shown: a table, lines of JSON, a page. Plain values; no I/O but the files asked for. */
@NullMarked
package io.bailiwick.bench.report;

import org.jspecify.annotations.NullMarked;
