/** What there is in an archive, and how it is divided among readers. */
@NullMarked
package io.groundstream.operators.archive.plan;

import org.jspecify.annotations.NullMarked;
