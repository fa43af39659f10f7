/** Runs of benchmarks: predictions as JSON lines that a later run continues, and reports. */
@NullMarked
package io.groundstream.evaluation.run;

import org.jspecify.annotations.NullMarked;
