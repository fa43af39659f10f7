/** The few helpers for texts in messages and records that every module needs. */
@NullMarked
package io.groundstream.schemas.text;

import org.jspecify.annotations.NullMarked;
