/**
 * Image events as they come out of Kafka: bytes and coordinates. Depends on Kafka's source, and
 * does not interpret the bytes.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.event;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
