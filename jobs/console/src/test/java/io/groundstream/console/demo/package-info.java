/** Tests of the demo: its parts, and the complete demo as a separate process. */
@NullMarked
package io.groundstream.console.demo;

import org.jspecify.annotations.NullMarked;
