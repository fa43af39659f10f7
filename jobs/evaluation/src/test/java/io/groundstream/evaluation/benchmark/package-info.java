@NullMarked
package io.groundstream.evaluation.benchmark;

import org.jspecify.annotations.NullMarked;
