/**
 * Kosmos-2 as a library: a checkpoint in, grounded text out. Depends on neither Flink nor Kafka.
 */
@NullMarked
package io.groundstream.kosmos2;

import org.jspecify.annotations.NullMarked;
