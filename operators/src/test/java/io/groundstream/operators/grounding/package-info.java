/** Tests. */
@NullMarked
package io.groundstream.operators.grounding;

import org.jspecify.annotations.NullMarked;
