@NullMarked
package io.groundstream.operators.deadletter;

import org.jspecify.annotations.NullMarked;
