/** Reads flat columns of Parquet files, without Hadoop at run time. */
@NullMarked
package io.groundstream.operators.archive.parquet;

import org.jspecify.annotations.NullMarked;
