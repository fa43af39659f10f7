package io.groundstream.operators.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a collector in batches, on a thread of its own: ending a span never blocks. The
 * number of spans in the queue and in the batch that is being sent is bounded; further spans are
 * dropped, and so is a batch that the collector rejects. Dropped spans are counted, and reported by
 * a warning at most once a minute. Thread-safe.
 */
final class SpanDelivery implements SpanProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(SpanDelivery.class);
  private static final int LARGEST_BATCH = 512;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
  private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final SpanProcessor batches;
  private final int capacity;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

  /**
   * @param exporter sends a batch; never takes longer than {@code timeout}
   * @param capacity how many spans may wait or be under way
   */
  SpanDelivery(SpanExporter exporter, int capacity, Duration timeout) {
    this.capacity = capacity;
    this.batches =
        BatchSpanProcessor.builder(new CountingExporter(exporter))
            .setMaxQueueSize(capacity)
            .setMaxExportBatchSize(Math.min(LARGEST_BATCH, capacity))
            .setScheduleDelay(LONGEST_WAIT)
            .setExporterTimeout(timeout.plus(LONGEST_WAIT))
            .build();
  }

  /** Returns how many spans wait or are under way. */
  int waiting() {
    return waiting.get();
  }

  /** Returns how many spans the collector has taken. */
  long sent() {
    return sent.sum();
  }

  /** Returns how many spans were lost. */
  long dropped() {
    return dropped.sum();
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (waiting.incrementAndGet() > capacity) {
      waiting.decrementAndGet();
      drop(1, "the queue was full (traces.queue-capacity)");
    } else {
      batches.onEnd(span);
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public CompletableResultCode forceFlush() {
    return batches.forceFlush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return batches.shutdown();
  }

  private void drop(int spans, String reason) {
    dropped.add(spans);
    long now = System.nanoTime();
    long next = nextWarning.get();
    if (now - next >= 0 && nextWarning.compareAndSet(next, now + WARNING_NANOS)) {
      LOG.warn(
          "{} spans of traces were dropped so far; the last ones since {}. The job goes on without"
              + " them.",
          dropped.sum(),
          reason);
    }
  }

  /** Returns the reason without quotations: collectors and libraries may repeat secrets. */
  private static String reason(@Nullable Throwable failure) {
    if (failure instanceof HttpExportException e && e.getResponse() != null) {
      return "the collector answered " + e.getResponse().getStatusCode();
    }
    Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
    return "the collector accepted none"
        + (cause == null ? "" : ": " + cause.getClass().getSimpleName());
  }

  /** Counts what becomes of batches. */
  private final class CountingExporter implements SpanExporter {
    private final SpanExporter exporter;

    CountingExporter(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      // The collection is emptied afterwards.
      int count = spans.size();
      CompletableResultCode result;
      try {
        result = exporter.export(spans);
      } catch (RuntimeException e) {
        result = CompletableResultCode.ofExceptionalFailure(e);
      }
      CompletableResultCode told = result;
      return told.whenComplete(
          () -> {
            waiting.addAndGet(-count);
            if (told.isSuccess()) {
              sent.add(count);
            } else {
              drop(count, reason(told.getFailureThrowable()));
            }
          });
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
