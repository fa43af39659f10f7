/** Readers of the datasets' own file formats. They know neither a model nor a metric's result. */
@NullMarked
package io.groundstream.evaluation.dataset;

import org.jspecify.annotations.NullMarked;
