/** The command line for people: {@code groundstream} and its commands. */
@NullMarked
package io.groundstream.console.cli;

import org.jspecify.annotations.NullMarked;
