/** Our functions as a module of Flink SQL. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.sql.module;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
