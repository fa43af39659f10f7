/**
 * The way of one event as an OpenTelemetry trace: a span for the event, and in it one for each part
 * of its way, sent to a collector by OTLP. Off unless it is configured.
 *
 * <p>This uses OpenTelemetry's SDK and not Flink's own traces ({@code MetricGroup.addSpan} with
 * {@code traces.reporters}): those are about jobs, such as a checkpoint's or a restore's. They know
 * no parent from outside, so that a producer's trace could not go on here; they tell no identifier
 * that could be handed on to consumers; they are not sampled; and their reporters have no bound
 * that a stream of events needs. Of the SDK only the part for traces is used, nothing is registered
 * globally, and all of it belongs to the job's class loader and ends with the job.
 */
@NullMarked
package io.groundstream.operators.tracing;

import org.jspecify.annotations.NullMarked;
