/**
 * Kosmos-2 as a model of Flink SQL: the provider {@code groundstream} of {@code CREATE MODEL},
 * which {@code ML_PREDICT} asks.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.sql.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
