/** Threads, pauses between attempts, and resources that users in a process share. */
@NullMarked
package io.groundstream.operators.concurrent;

import org.jspecify.annotations.NullMarked;
