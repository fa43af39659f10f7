/** Generates the pages of the documentation that must match the code. */
@NullMarked
package io.groundstream.console.docs;

import org.jspecify.annotations.NullMarked;
