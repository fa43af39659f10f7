/**
 * The results of a job: records in wire format for one of three topics, and the one sink that
 * writes them all in one transaction. Depends on Kafka's sink, and does not interpret the bytes.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.output;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
