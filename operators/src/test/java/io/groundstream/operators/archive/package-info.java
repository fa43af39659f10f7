@NullMarked
package io.groundstream.operators.archive;

import org.jspecify.annotations.NullMarked;
