@NullMarked
package io.groundstream.console.terminal;

import org.jspecify.annotations.NullMarked;
