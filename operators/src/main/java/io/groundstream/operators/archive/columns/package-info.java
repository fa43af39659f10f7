/** Finds, by their names, the columns of tables that hold images or refer to them. */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.operators.archive.columns;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
