/** Tests of the index job's graph. */
@NullMarked
package io.groundstream.jobs.index;

import org.jspecify.annotations.NullMarked;
