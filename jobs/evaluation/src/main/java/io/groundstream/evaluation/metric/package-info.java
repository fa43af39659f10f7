/** Metrics as the datasets' own tools compute them. They know neither files nor a model. */
@NullMarked
package io.groundstream.evaluation.metric;

import org.jspecify.annotations.NullMarked;
