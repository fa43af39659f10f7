@NullMarked
package io.groundstream.console.evaluate;

import org.jspecify.annotations.NullMarked;
