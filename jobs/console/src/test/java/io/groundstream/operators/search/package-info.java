/** Searches against a real node, through the library and the command line. */
@NullMarked
package io.groundstream.operators.search;

import org.jspecify.annotations.NullMarked;
