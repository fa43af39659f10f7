/** Tests of the topics' contracts. */
@NullMarked
package io.groundstream.schemas;

import org.jspecify.annotations.NullMarked;
