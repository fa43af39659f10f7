package io.groundstream.operators.tracing;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.engine.GenerationTimes;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.groundstream.operators.uri.Uri;
import io.groundstream.operators.uri.UriException;
import io.groundstream.operators.uri.UriHost;
import io.groundstream.schemas.RecordException;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.ExceptionUtils;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The trace of one event: a span from its arrival at the operator to its results, with a child span
 * for each step, made when the step has ended. It continues the trace in the {@code traceparent}
 * header of the event, and the event's records carry it on.
 *
 * <p>Costs nothing if traces are off, and next to nothing for an event that is not sampled, whose
 * records tell consumers so. Spans hold identifiers, counts, codes and hosts; never images, texts,
 * messages, or URIs. Times are by {@link System#nanoTime}. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class EventTrace {
  private static final String CANCELLED = "cancelled";
  private static final String DATA = "data";

  /** The trace of an event if traces are off. */
  public static final EventTrace NONE = new EventTrace(null, Span.getInvalid(), Context.root());

  /** Steps of the work on an event. */
  public enum Part {
    DECODE_RECORD("decode record"),
    /** The image was fetched before, or is being fetched for another event. */
    REUSE_IMAGE("reuse image"),
    DECODE_IMAGE("decode image"),
    EMIT("emit");

    private final String spanName;

    Part(String spanName) {
      this.spanName = spanName;
    }
  }

  private final @Nullable Tracer tracer;
  private final Span span;
  private final Context context;

  /** The offset from a time of this process to the time since 1970. */
  private final long epochNanos;

  private EventTrace(@Nullable Tracer tracer, Span span, Context context) {
    this(tracer, span, context, 0);
  }

  private EventTrace(@Nullable Tracer tracer, Span span, Context context, long epochNanos) {
    this.tracer = tracer;
    this.span = span;
    this.context = context;
    this.epochNanos = epochNanos;
  }

  /**
   * Begins the trace of an event, now.
   *
   * @param consumerGroup the consumer group of the events; null if they are not from a topic
   */
  static EventTrace begin(Tracer tracer, EventRecord source, @Nullable String consumerGroup) {
    Context parent = TraceHeaders.of(source);
    Instant now = Instant.now();
    long epoch = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    boolean ofTopic = source.getOriginSystem() == null;
    SpanBuilder builder =
        tracer
            .spanBuilder(ofTopic ? "process " + source.getTopic() : "process archive entry")
            .setParent(parent)
            .setStartTimestamp(epoch, TimeUnit.NANOSECONDS)
            .setSpanKind(ofTopic ? SpanKind.CONSUMER : SpanKind.INTERNAL);
    Span span = builder.startSpan();
    Context context = parent.with(span);
    if (!span.isRecording()) {
      return new EventTrace(null, span, context);
    }
    if (ofTopic) {
      span.setAttribute(TraceAttributes.SYSTEM, "kafka");
      span.setAttribute(TraceAttributes.OPERATION_NAME, "process");
      span.setAttribute(TraceAttributes.OPERATION_TYPE, "process");
      span.setAttribute(TraceAttributes.DESTINATION, source.getTopic());
      span.setAttribute(TraceAttributes.PARTITION, Integer.toString(source.getPartition()));
      span.setAttribute(TraceAttributes.OFFSET, source.getOffset());
      if (consumerGroup != null) {
        span.setAttribute(TraceAttributes.CONSUMER_GROUP, consumerGroup);
      }
    }
    return new EventTrace(tracer, span, context, epoch - System.nanoTime());
  }

  /** Returns whether anything of this trace is kept. */
  public boolean isRecorded() {
    return tracer != null;
  }

  /** Names the decoded event. */
  public void decoded(ImageEvent event) {
    if (tracer != null) {
      span.setAttribute(TraceAttributes.EVENT_ID, event.getEventId());
      span.setAttribute(TraceAttributes.IMAGE_ID, EventFacts.imageId(event));
    }
  }

  /**
   * Adds a step that has ended.
   *
   * @param begin when the step began
   * @param failure why it failed; null if it succeeded
   */
  public void ended(Part part, long begin, @Nullable Throwable failure) {
    if (tracer != null) {
      end(child(tracer, part.spanName, SpanKind.INTERNAL, context, begin), errorType(failure));
    }
  }

  /** Adds the fetch of an image, with scheme and host of its URI only. */
  public void fetched(String uri, long begin, @Nullable Throwable failure) {
    if (tracer == null) {
      return;
    }
    Span fetch = child(tracer, "fetch image", SpanKind.CLIENT, context, begin);
    String scheme = Uri.schemeOf(uri);
    if (scheme != null) {
      fetch.setAttribute(TraceAttributes.SCHEME, scheme);
      String host = hostOf(uri, scheme);
      if (host != null) {
        fetch.setAttribute(TraceAttributes.HOST, host);
      }
    }
    end(fetch, errorType(failure));
  }

  /** Returns the host or bucket, without user and port; null if there is none. */
  private static @Nullable String hostOf(String uri, String scheme) {
    if (scheme.equals(DATA)) {
      return null;
    }
    try {
      String authority = Uri.parse(uri).authority();
      return authority == null
          ? null
          : UriHost.of(
              authority.substring(authority.lastIndexOf('@') + 1).replaceFirst(":[0-9]*$", ""));
    } catch (UriException e) {
      return null;
    }
  }

  /** Adds a request that failed and is tried again. */
  public void askedAgain(String requestId, int attempt, Throwable failure) {
    if (tracer != null) {
      span.addEvent(
          "retry",
          Attributes.of(
              TraceAttributes.REQUEST_ID,
              requestId,
              TraceAttributes.ATTEMPT,
              (long) attempt,
              TraceAttributes.ERROR_TYPE,
              String.valueOf(errorType(failure))));
    }
  }

  /** Adds a request that was answered. */
  public void answered(String requestId, String task, long begin, GroundedAnswer answer) {
    if (tracer == null) {
      return;
    }
    Span request = request(tracer, requestId, task, begin);
    request.setAttribute(TraceAttributes.INPUT_TOKENS, (long) answer.prompt().ids().length);
    request.setAttribute(TraceAttributes.OUTPUT_TOKENS, (long) answer.generatedIds().length);
    request.setAttribute(TraceAttributes.FINISH_REASONS, List.of(answer.finishReason().id()));
    request.setAttribute(TraceAttributes.PHRASES, (long) answer.grounded().phrases().size());
    Context within = context.with(request);
    GenerationTimes times = answer.times();
    part(tracer, "queue", within, times.submitted(), times.admitted());
    part(tracer, "prefill", within, times.admitted(), times.prefilled());
    part(tracer, "decode", within, times.prefilled(), times.finished());
    end(request, null);
  }

  /** Adds a request that failed for good. */
  public void refused(String requestId, String task, long begin, Failure failure) {
    if (tracer != null) {
      end(request(tracer, requestId, task, begin), failure.code());
    }
  }

  /** Marks the event as failed as a whole. */
  public void failed(Failure failure) {
    if (tracer != null) {
      span.setAttribute(TraceAttributes.STAGE, failure.stage().id());
      fail(span, failure.code());
    }
  }

  /** Ends the trace, and adds it to the event's records. */
  public void completed(List<OutputRecord> records) {
    if (span.getSpanContext().isValid()) {
      TraceHeaders.add(context, records);
    }
    if (tracer != null) {
      span.setAttribute(TraceAttributes.PHRASES, count(records, OutputTopic.PHRASES));
      span.setAttribute(TraceAttributes.DEAD_LETTERS, count(records, OutputTopic.DEAD_LETTERS));
      end(span, null);
    }
  }

  /** Ends the trace of an event without results, since the job fails. */
  public void abandoned(Throwable reason) {
    if (tracer != null) {
      end(span, errorType(reason));
    }
  }

  /** Ends the trace of an event without results, since the job ends or restarts. */
  public void cancelled() {
    if (tracer != null) {
      end(span, CANCELLED);
    }
  }

  private Span request(Tracer source, String id, String task, long begin) {
    Span request = child(source, "ground", SpanKind.INTERNAL, context, begin);
    request.setAttribute(TraceAttributes.REQUEST_ID, id);
    request.setAttribute(TraceAttributes.TASK, task);
    return request;
  }

  private void part(Tracer source, String name, Context parent, long begin, long end) {
    child(source, name, SpanKind.INTERNAL, parent, begin)
        .end(epochNanos + end, TimeUnit.NANOSECONDS);
  }

  private Span child(Tracer source, String name, SpanKind kind, Context parent, long begin) {
    return source
        .spanBuilder(name)
        .setParent(parent)
        .setSpanKind(kind)
        .setStartTimestamp(epochNanos + begin, TimeUnit.NANOSECONDS)
        .startSpan();
  }

  private void end(Span ending, @Nullable String errorType) {
    if (errorType != null) {
      fail(ending, errorType);
    }
    ending.end(epochNanos + System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private static void fail(Span failing, String errorType) {
    failing.setAttribute(TraceAttributes.ERROR_TYPE, errorType);
    failing.setStatus(StatusCode.ERROR);
  }

  /** Returns the code, else the class: messages may quote anything. Null for no failure. */
  private static @Nullable String errorType(@Nullable Throwable thrown) {
    Throwable failure = thrown == null ? null : ExceptionUtils.stripCompletionException(thrown);
    if (failure instanceof GroundingException e) {
      return e.errorCode().code();
    }
    if (failure instanceof RecordException e) {
      return e.errorCode().code();
    }
    if (failure instanceof CancellationException) {
      return CANCELLED;
    }
    return failure == null ? null : failure.getClass().getName();
  }

  private static long count(List<OutputRecord> records, OutputTopic topic) {
    return records.stream().filter(record -> record.getTopic() == topic).count();
  }
}
