package io.groundstream.operators.tracing;

import io.groundstream.operators.concurrent.DaemonThreads;
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
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Where the traces of events begin, and where they go.
 *
 * <p>All subtasks of a job share one of these in a process, with one queue, one connection and two
 * threads: many subtasks would otherwise bring as many. It belongs to the job's class loader, so
 * that another job or another submission has one of its own, and ends with the last subtask, which
 * waits for the last spans as long as for any others. Thread-safe.
 */
public final class Tracing implements AutoCloseable {
  private static final Map<TraceSettings, Shared> SHARED = new HashMap<>();
  private static final String SCOPE = "io.groundstream";
  private static final int LONGEST_ATTRIBUTE = 256;
  private static final int MOST_EVENTS_OF_A_SPAN = 32;

  /** One batch is sent at a time, and a late one may still be under way. */
  private static final int SENDERS = 2;

  private static final long IDLE_SECONDS = 10;

  /**
   * The SDK's own complaints, which would go to the standard error of task managers: what it cannot
   * send is told by {@link SpanDelivery}. Held, as a logger that nobody holds forgets.
   */
  private static final Logger SDK_LOG =
      Logger.getLogger("io.opentelemetry.exporter.otlp.internal.HttpExporter");

  private final @Nullable Shared shared;
  private final @Nullable String consumerGroup;
  private boolean closed;

  private Tracing(@Nullable Shared shared, @Nullable String consumerGroup) {
    this.shared = shared;
    this.consumerGroup = consumerGroup;
  }

  /**
   * Returns the traces of a job.
   *
   * @param consumerGroup who reads the events; null if they are of no topic
   */
  public static Tracing acquire(TraceSettings settings, @Nullable String consumerGroup) {
    if (!settings.areOn()) {
      return off();
    }
    synchronized (SHARED) {
      Shared shared = SHARED.computeIfAbsent(settings, Shared::new);
      shared.users++;
      return new Tracing(shared, consumerGroup);
    }
  }

  /** Returns no traces. */
  public static Tracing off() {
    return new Tracing(null, null);
  }

  /** Returns the trace of an event that has just come. */
  public EventTrace begin(EventRecord source) {
    return shared == null
        ? EventTrace.NONE
        : EventTrace.begin(shared.tracer, source, consumerGroup);
  }

  /** Returns by how much traces make records larger at most, in bytes. */
  public int headerBytes() {
    return shared == null ? 0 : TraceHeaders.MOST_BYTES;
  }

  /** Shows how spans fare. */
  public void register(MetricGroup group) {
    if (shared != null) {
      Metrics metrics = Metrics.of(MetricPlace.TRACES, group);
      metrics.gauge(Metric.WAITING_SPANS, shared.delivery::waiting);
      metrics.gauge(Metric.SENT_SPANS, shared.delivery::sent);
      metrics.gauge(Metric.DROPPED_SPANS, shared.delivery::dropped);
    }
  }

  /** Gives one use back; the last one waits a while for what is on its way. */
  @Override
  public void close() {
    if (shared == null) {
      return;
    }
    synchronized (SHARED) {
      if (closed) {
        return;
      }
      closed = true;
      shared.users--;
      if (shared.users > 0) {
        return;
      }
      SHARED.remove(shared.settings);
    }
    shared.close();
  }

  private static final class Shared {
    private final TraceSettings settings;
    private final SpanDelivery delivery;
    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final ExecutorService senders = senders();
    private int users;

    Shared(TraceSettings settings) {
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
