/**
 * The path of one event as an OpenTelemetry trace: a span for the event, with a child span for each
 * step, sent to a collector by OTLP. Off unless it is configured.
 *
 * <p>This uses OpenTelemetry's SDK and not Flink's own traces ({@code MetricGroup.addSpan} with
 * {@code traces.reporters}): those describe jobs, such as a checkpoint or a restore. They accept no
 * parent from outside, so a producer's trace could not continue here; they expose no identifier to
 * hand on to consumers; they are not sampled; and their reporters lack the bound that a stream of
 * events needs. Of the SDK only the part for traces is used, nothing is registered globally, and
 * all of it belongs to the job's class loader and ends with the job.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.tracing;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
