@NullMarked
package io.groundstream.operators.tracing;

import org.jspecify.annotations.NullMarked;
