/** Asks Kosmos-2 the queries of a benchmark. */
@NullMarked
package io.groundstream.console.evaluate;

import org.jspecify.annotations.NullMarked;
