/** Functions of Flink SQL about boxes. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.sql.functions;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
