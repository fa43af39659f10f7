/** What all jobs that ground pictures have in common: how they run, and the grounding operator. */
@NullMarked
package io.groundstream.jobs.pipeline;

import org.jspecify.annotations.NullMarked;
