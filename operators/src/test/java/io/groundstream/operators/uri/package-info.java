@NullMarked
package io.groundstream.operators.uri;

import org.jspecify.annotations.NullMarked;
