/** Counts what comes out of the grounding operator, exactly once, for whoever waits for the end. */
@NullMarked
package io.groundstream.operators.tally;

import org.jspecify.annotations.NullMarked;
