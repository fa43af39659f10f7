/**
 * The choice of a sequence's next token by other rules than the most probable one: processors of
 * logits, sampling and beam search, with the semantics of the reference's {@code generate}. Works
 * on arrays in the host's memory; knows neither the network nor the queue.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.kosmos2.decoding;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
