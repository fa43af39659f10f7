/** Fetches the bytes of images that events refer to, only from where events may read. */
@NullMarked
package io.groundstream.operators.fetch;

import org.jspecify.annotations.NullMarked;
