/** Tests of prompts, tokenizer and parsing, against the reference's answers. */
@NullMarked
package io.groundstream.kosmos2.text;

import org.jspecify.annotations.NullMarked;
