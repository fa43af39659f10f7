/** Tests of processors, sampling and beam search on logits made by hand. */
@NullMarked
package io.groundstream.kosmos2.decoding;

import org.jspecify.annotations.NullMarked;
