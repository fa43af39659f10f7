/** The metrics of all jobs: what there is, and how it becomes Flink's. */
@NullMarked
package io.groundstream.operators.metrics;

import org.jspecify.annotations.NullMarked;
