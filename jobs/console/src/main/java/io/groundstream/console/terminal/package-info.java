/** Images in terminals: whether a terminal can show them, and the sequences that do it. */
@NullMarked
package io.groundstream.console.terminal;

import org.jspecify.annotations.NullMarked;
