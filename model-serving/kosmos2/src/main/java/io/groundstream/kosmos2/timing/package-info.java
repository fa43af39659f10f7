/** Histograms of durations that cost next to nothing to keep. */
@NullMarked
package io.groundstream.kosmos2.timing;

import org.jspecify.annotations.NullMarked;
