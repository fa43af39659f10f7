/** The metrics of all jobs, and how they are registered with Flink. */
@NullMarked
package io.groundstream.operators.metrics;

import org.jspecify.annotations.NullMarked;
