/** Tests. */
@NullMarked
package io.groundstream.operators.config;

import org.jspecify.annotations.NullMarked;
