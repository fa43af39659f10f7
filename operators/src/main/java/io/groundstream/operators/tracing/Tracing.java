package io.groundstream.operators.tracing;

import io.groundstream.operators.concurrent.DaemonThreads;
import io.groundstream.operators.concurrent.SharedResources;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.flink.metrics.MetricGroup;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Begins the traces of events, and sends them to a collector.
 *
 * <p>All subtasks of a job in a process share one queue, one connection and two threads. These
 * belong to the job's class loader, so that another job or another submission has its own. They end
 * with the last subtask, which waits for the last spans as long as for any others. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class Tracing implements AutoCloseable {
  private static final SharedResources<TraceSettings, Exporter, RuntimeException> SHARED =
      new SharedResources<>(Exporter::new, Exporter::close);

  private static final String SCOPE = "io.groundstream";
  private static final int LONGEST_ATTRIBUTE = 256;
  private static final int MOST_EVENTS_OF_A_SPAN = 32;

  /** One batch is sent at a time, and a late one may still be under way. */
  private static final int SENDERS = 2;

  private static final long IDLE_SECONDS = 10;

  /**
   * The logger of the SDK, which would write to the standard error of task managers; {@link
   * SpanDelivery} reports what cannot be sent. A field, since a logger without references loses its
   * level.
   */
  private static final Logger SDK_LOG =
      Logger.getLogger("io.opentelemetry.exporter.otlp.internal.HttpExporter");

  /** Null where traces are off. */
  private final SharedResources.@Nullable Lease<Exporter> exporter;

  private final @Nullable String consumerGroup;

  private Tracing(
      SharedResources.@Nullable Lease<Exporter> exporter, @Nullable String consumerGroup) {
    this.exporter = exporter;
    this.consumerGroup = consumerGroup;
  }

  /**
   * Returns the traces of a job.
   *
   * @param consumerGroup the consumer group of the events; null if they are not from a topic
   */
  public static Tracing acquire(TraceSettings settings, @Nullable String consumerGroup) {
    return settings.areOn() ? new Tracing(SHARED.acquire(settings), consumerGroup) : off();
  }

  /** Returns no traces. */
  public static Tracing off() {
    return new Tracing(null, null);
  }

  /** Returns the trace of an event that has just arrived. */
  public EventTrace begin(EventRecord source) {
    return exporter == null
        ? EventTrace.NONE
        : EventTrace.begin(exporter.get().tracer, source, consumerGroup);
  }

  /** Returns the maximum size that traces add to a record, in bytes. */
  public int headerBytes() {
    return exporter == null ? 0 : TraceHeaders.MOST_BYTES;
  }

  /** Registers the metrics of spans. */
  public void register(MetricGroup group) {
    if (exporter != null) {
      SpanDelivery delivery = exporter.get().delivery;
      Metrics metrics = Metrics.of(MetricPlace.TRACES, group);
      metrics.gauge(Metric.WAITING_SPANS, delivery::waiting);
      metrics.gauge(Metric.SENT_SPANS, delivery::sent);
      metrics.gauge(Metric.DROPPED_SPANS, delivery::dropped);
    }
  }

  /** Ends this use; the last one in the process waits a while for the spans under way. */
  @Override
  public void close() {
    if (exporter != null) {
      exporter.close();
    }
  }

  /** What all uses share: a queue, a connection and its threads. */
  private static final class Exporter {
    private final TraceSettings settings;
    private final SpanDelivery delivery;
    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final ExecutorService senders = senders();

    Exporter(TraceSettings settings) {
      this.settings = settings;
      SDK_LOG.setLevel(Level.OFF);
      OtlpHttpSpanExporterBuilder exporter =
          OtlpHttpSpanExporter.builder()
              .setEndpoint(String.valueOf(settings.endpoint()))
              .setTimeout(settings.timeout())
              .setConnectTimeout(settings.timeout())
              .setCompression("gzip")
              .setExecutorService(senders);
      settings.headers().forEach(exporter::addHeader);
      this.delivery =
          new SpanDelivery(exporter.build(), settings.queueCapacity(), settings.timeout());
      this.provider =
          SdkTracerProvider.builder()
              .setResource(
                  Resource.getDefault().toBuilder()
                      .put("service.name", settings.serviceName())
                      .put("service.instance.id", UUID.randomUUID().toString())
                      .build())
              .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.sampleRatio())))
              .setSpanLimits(
                  SpanLimits.builder()
                      .setMaxAttributeValueLength(LONGEST_ATTRIBUTE)
                      .setMaxNumberOfEvents(MOST_EVENTS_OF_A_SPAN)
                      .build())
              .addSpanProcessor(delivery)
              .build();
      this.tracer = provider.get(SCOPE);
    }

    void close() {
      provider.shutdown().join(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
      // What is still to be sent fails at once, and with it ends the thread that waits for it.
      senders.shutdownNow();
    }

    private static ExecutorService senders() {
      return new ThreadPoolExecutor(
          0,
          SENDERS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          DaemonThreads.named("traces-sender"));
    }
  }
}
