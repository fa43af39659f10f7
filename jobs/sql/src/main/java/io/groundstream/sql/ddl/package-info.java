/** The topics of Groundstream as tables of Flink SQL. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.sql.ddl;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
