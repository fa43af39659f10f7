/**
 * The commands of the job jar, and what all commands share. Results go to standard output,
 * everything else to standard error.
 */
@NullMarked
package io.groundstream.jobs.cli;

import org.jspecify.annotations.NullMarked;
