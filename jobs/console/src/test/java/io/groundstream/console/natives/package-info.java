/** Tests of fetching and checking natives. */
@NullMarked
package io.groundstream.console.natives;

import org.jspecify.annotations.NullMarked;
