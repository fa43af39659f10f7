/** The backfill: an archive's pictures in, the same records as the enrichment job's out. */
@NullMarked
package io.groundstream.jobs.backfill;

import org.jspecify.annotations.NullMarked;
