/** Measures an engine under a load of known shape, and what its machine could do at best. */
@NullMarked
package io.groundstream.jobs.bench;

import org.jspecify.annotations.NullMarked;
