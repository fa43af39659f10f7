/** Finds the columns of tables that hold pictures or refer to them, by their names. */
@NullMarked
package io.groundstream.operators.archive.columns;

import org.jspecify.annotations.NullMarked;
