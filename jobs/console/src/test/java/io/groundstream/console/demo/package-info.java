/** Tests of the demo: its parts, and the whole as a process of its own. */
@NullMarked
package io.groundstream.console.demo;

import org.jspecify.annotations.NullMarked;
