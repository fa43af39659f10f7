/** Tests of the join, the relations, and the documents. */
@NullMarked
package io.groundstream.operators.index;

import org.jspecify.annotations.NullMarked;
