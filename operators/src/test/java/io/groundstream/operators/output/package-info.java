/** Tests. */
@NullMarked
package io.groundstream.operators.output;

import org.jspecify.annotations.NullMarked;
