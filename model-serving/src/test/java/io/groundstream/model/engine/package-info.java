/** Tests of this room. */
@NullMarked
package io.groundstream.model.engine;

import org.jspecify.annotations.NullMarked;
