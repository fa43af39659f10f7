/** Lists the files of an archive and divides them among readers. */
@NullMarked
package io.groundstream.operators.archive.plan;

import org.jspecify.annotations.NullMarked;
