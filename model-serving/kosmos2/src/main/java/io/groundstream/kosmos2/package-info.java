/** Kosmos-2 as a library: a checkpoint in, grounded text out. Knows nothing of Flink or Kafka. */
@NullMarked
package io.groundstream.kosmos2;

import org.jspecify.annotations.NullMarked;
