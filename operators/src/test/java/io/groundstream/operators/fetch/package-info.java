/** Tests. */
@NullMarked
package io.groundstream.operators.fetch;

import org.jspecify.annotations.NullMarked;
