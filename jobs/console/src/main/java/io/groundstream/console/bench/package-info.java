/** Measures an engine under a load of known shape, and the best that its machine can do. */
@NullMarked
package io.groundstream.console.bench;

import org.jspecify.annotations.NullMarked;
