/** JMH benchmarks of decoding and resizing. */
@NullMarked
package io.groundstream.images.benchmark;

import org.jspecify.annotations.NullMarked;
