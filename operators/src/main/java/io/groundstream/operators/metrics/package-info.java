/** The metrics of all jobs, and how they are registered with Flink. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.metrics;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
