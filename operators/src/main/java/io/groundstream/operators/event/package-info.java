/**
 * Image events as they come out of Kafka: bytes and coordinates. Depends on Kafka's source, and
 * does not interpret the bytes.
 */
@NullMarked
package io.groundstream.operators.event;

import org.jspecify.annotations.NullMarked;
