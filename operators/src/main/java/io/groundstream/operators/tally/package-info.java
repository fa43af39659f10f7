/** Counts the results of the grounding operator exactly once, for the summary of a backfill. */
@NullMarked
package io.groundstream.operators.tally;

import org.jspecify.annotations.NullMarked;
