/** Tests. */
@NullMarked
package io.groundstream.operators.format;

import org.jspecify.annotations.NullMarked;
