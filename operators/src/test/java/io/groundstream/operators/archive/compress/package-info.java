@NullMarked
package io.groundstream.operators.archive.compress;

import org.jspecify.annotations.NullMarked;
