/** Tests with a real broker and a real registry. */
@NullMarked
package io.groundstream.console.embedded;

import org.jspecify.annotations.NullMarked;
