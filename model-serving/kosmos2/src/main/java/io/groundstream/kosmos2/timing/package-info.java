/** Histograms of durations that cost next to nothing to keep. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.kosmos2.timing;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
