/** The enrichment job: image events in, grounded images, phrases and dead letters out. */
@NullMarked
package io.groundstream.jobs.enrich;

import org.jspecify.annotations.NullMarked;
