@NullMarked
package io.groundstream.jobs.backfill;

import org.jspecify.annotations.NullMarked;
