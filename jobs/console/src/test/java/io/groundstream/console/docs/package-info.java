/** Generates the documentation pages that must match the code. */
@NullMarked
package io.groundstream.console.docs;

import org.jspecify.annotations.NullMarked;
