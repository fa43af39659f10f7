@NullMarked
package io.groundstream.operators.search;

import org.jspecify.annotations.NullMarked;
