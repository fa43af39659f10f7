/** The parts that all grounding jobs share: how they run, and the grounding operator. */
@NullMarked
package io.groundstream.jobs.pipeline;

import org.jspecify.annotations.NullMarked;
