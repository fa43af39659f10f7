@NullMarked
package io.groundstream.operators.archive.plan;

import org.jspecify.annotations.NullMarked;
