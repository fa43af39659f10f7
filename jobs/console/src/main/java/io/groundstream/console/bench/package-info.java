/** Measures an engine under a load of known shape, and what its machine could do at best. */
@NullMarked
package io.groundstream.console.bench;

import org.jspecify.annotations.NullMarked;
