/** Reads flat columns of Parquet files, without Hadoop at run time. */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.operators.archive.parquet;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
