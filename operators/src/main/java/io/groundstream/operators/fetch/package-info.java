/** Gets the bytes of images that events only refer to, from where events may read and no more. */
@NullMarked
package io.groundstream.operators.fetch;

import org.jspecify.annotations.NullMarked;
