/** Tests of the command line, as users and scripts call it. */
@NullMarked
package io.groundstream.console.cli;

import org.jspecify.annotations.NullMarked;
