/** The backfill job: an archive's images in, the same records as the enrichment job's out. */
@NullMarked
package io.groundstream.jobs.backfill;

import org.jspecify.annotations.NullMarked;
