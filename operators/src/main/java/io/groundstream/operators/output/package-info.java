/**
 * What leaves the job: records in wire format for one of three topics, and the one sink that writes
 * them all in one transaction. Knows Kafka's sink; what the bytes mean is not decided here.
 */
@NullMarked
package io.groundstream.operators.output;

import org.jspecify.annotations.NullMarked;
