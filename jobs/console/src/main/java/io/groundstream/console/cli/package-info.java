/** The command line: {@code groundstream} and the commands that run on one machine. */
@NullMarked
package io.groundstream.console.cli;

import org.jspecify.annotations.NullMarked;
