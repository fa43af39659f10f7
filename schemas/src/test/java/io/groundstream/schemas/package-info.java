/** Tests of the contracts. */
@NullMarked
package io.groundstream.schemas;

import org.jspecify.annotations.NullMarked;
