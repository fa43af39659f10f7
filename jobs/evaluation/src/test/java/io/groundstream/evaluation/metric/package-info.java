@NullMarked
package io.groundstream.evaluation.metric;

import org.jspecify.annotations.NullMarked;
