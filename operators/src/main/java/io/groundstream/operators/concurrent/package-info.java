/** Threads and pauses: how the operators name the ones and draw the others. */
@NullMarked
package io.groundstream.operators.concurrent;

import org.jspecify.annotations.NullMarked;
