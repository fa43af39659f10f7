/** JMH benchmarks of the parts that run on ordinary cores; see README.md beside this file. */
@NullMarked
package io.groundstream.model.benchmark;

import org.jspecify.annotations.NullMarked;
