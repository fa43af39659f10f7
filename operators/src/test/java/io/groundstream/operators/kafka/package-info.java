@NullMarked
package io.groundstream.operators.kafka;

import org.jspecify.annotations.NullMarked;
