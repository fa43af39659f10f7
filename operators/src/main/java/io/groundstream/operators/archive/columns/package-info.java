/** Finds, by their names, the columns of tables that hold images or refer to them. */
@NullMarked
package io.groundstream.operators.archive.columns;

import org.jspecify.annotations.NullMarked;
