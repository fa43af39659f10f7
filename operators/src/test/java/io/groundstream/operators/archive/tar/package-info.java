@NullMarked
package io.groundstream.operators.archive.tar;

import org.jspecify.annotations.NullMarked;
