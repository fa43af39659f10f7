/** Counts the results of the grounding operator exactly once, for the summary of a backfill. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.tally;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
