@NullMarked
package io.groundstream.operators.archive.read;

import org.jspecify.annotations.NullMarked;
