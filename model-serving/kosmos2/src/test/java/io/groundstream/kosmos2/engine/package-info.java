/** Tests of the engine. */
@NullMarked
package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.NullMarked;
