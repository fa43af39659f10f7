/** The index job: grounded images and phrases in, documents of a search index out. */
@NullMarked
package io.groundstream.jobs.index;

import org.jspecify.annotations.NullMarked;
