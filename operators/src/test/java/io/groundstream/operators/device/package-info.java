/** Tests. */
@NullMarked
package io.groundstream.operators.device;

import org.jspecify.annotations.NullMarked;
