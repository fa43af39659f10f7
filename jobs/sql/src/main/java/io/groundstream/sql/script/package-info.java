/** Scripts of Flink SQL, statement by statement. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.sql.script;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
