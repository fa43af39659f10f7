/** Kosmos-2 as a library: a checkpoint in, grounded text out. Knows nothing of Flink or Kafka. */
@NullMarked
package io.groundstream.model;

import org.jspecify.annotations.NullMarked;
