/** Helpers for the texts of messages and records, used by all modules. */
@NullMarked
package io.groundstream.schemas.text;

import org.jspecify.annotations.NullMarked;
