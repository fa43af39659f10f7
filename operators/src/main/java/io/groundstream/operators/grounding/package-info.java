/**
 * The way of one event: decoded, its image fetched and prepared, its requests answered by the
 * model, and everything that came of it as records. Knows Flink's asynchronous functions and the
 * model.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.grounding;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
