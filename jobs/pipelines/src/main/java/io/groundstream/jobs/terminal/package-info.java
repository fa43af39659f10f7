/** Progress on a terminal while a command takes its time. */
@NullMarked
package io.groundstream.jobs.terminal;

import org.jspecify.annotations.NullMarked;
