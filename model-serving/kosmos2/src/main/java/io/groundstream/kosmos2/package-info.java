/**
 * Kosmos-2 as a library: a checkpoint in, grounded text out. Depends on neither Flink nor Kafka.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.kosmos2;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
