/** What people see on a terminal while something takes its time. */
@NullMarked
package io.groundstream.jobs.terminal;

import org.jspecify.annotations.NullMarked;
