/** Tests of prompts, tokenizer and parsing, against the reference's answers. */
@NullMarked
package io.groundstream.model.text;

import org.jspecify.annotations.NullMarked;
