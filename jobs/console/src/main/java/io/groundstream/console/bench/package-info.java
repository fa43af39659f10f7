/** Measures an engine under a load of known shape, and compares it with the machine's limit. */
@NullMarked
package io.groundstream.console.bench;

import org.jspecify.annotations.NullMarked;
