/**
 * Image events as they come out of Kafka: bytes and coordinates. Knows Kafka's source; what the
 * bytes mean is not decided here.
 */
@NullMarked
package io.groundstream.operators.event;

import org.jspecify.annotations.NullMarked;
