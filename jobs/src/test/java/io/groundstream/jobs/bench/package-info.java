/** Tests of measurements. */
@NullMarked
package io.groundstream.jobs.bench;

import org.jspecify.annotations.NullMarked;
