/**
 * The {@code groundstream} command line: what users type, and what scripts rely on. Results go to
 * standard output, everything else to standard error.
 */
@NullMarked
package io.groundstream.jobs.cli;

import org.jspecify.annotations.NullMarked;
