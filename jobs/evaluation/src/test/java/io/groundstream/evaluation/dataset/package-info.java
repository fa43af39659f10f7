@NullMarked
package io.groundstream.evaluation.dataset;

import org.jspecify.annotations.NullMarked;
