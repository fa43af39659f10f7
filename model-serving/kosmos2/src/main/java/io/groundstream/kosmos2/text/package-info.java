/**
 * Prompts for every task, the tokenizer, location tokens, and generated tokens back to caption and
 * phrases with boxes. Depends on the model's language and not on its network.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.kosmos2.text;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
