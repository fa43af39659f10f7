/** Benchmarks: what to ask a model about a dataset, and the figures of its answers. */
@NullMarked
package io.groundstream.evaluation.benchmark;

import org.jspecify.annotations.NullMarked;
