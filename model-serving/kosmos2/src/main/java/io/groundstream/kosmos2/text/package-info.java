/**
 * Prompts for every task, the tokenizer, location tokens, and generated tokens back to caption and
 * phrases with boxes. Knows the language of the model and nothing of its network.
 */
@NullMarked
package io.groundstream.kosmos2.text;

import org.jspecify.annotations.NullMarked;
