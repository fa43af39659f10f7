/** Tests. */
@NullMarked
package io.groundstream.operators.event;

import org.jspecify.annotations.NullMarked;
