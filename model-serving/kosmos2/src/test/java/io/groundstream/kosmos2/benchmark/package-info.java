/** JMH benchmarks of the parts that run on ordinary cores; see model-serving/benchmarks.md. */
@NullMarked
package io.groundstream.kosmos2.benchmark;

import org.jspecify.annotations.NullMarked;
