package io.groundstream.operators.tracing;

import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.OutputRecord;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * W3C's trace context in the headers of Kafka's records. Headers of events that are malformed or
 * too long are ignored.
 */
final class TraceHeaders {
  static final String TRACEPARENT = "traceparent";
  static final String TRACESTATE = "tracestate";

  /** Longer than in the current version; a later version may be longer. */
  private static final int LONGEST_TRACEPARENT = 128;

  /** The length that W3C requires services to propagate. */
  private static final int LONGEST_TRACESTATE = 512;

  private static final int OVERHEAD_BYTES = 64;

  /** The maximum size that the headers add to a record, in bytes. */
  static final int MOST_BYTES = LONGEST_TRACEPARENT + LONGEST_TRACESTATE + OVERHEAD_BYTES;

  private static final W3CTraceContextPropagator PROPAGATOR =
      W3CTraceContextPropagator.getInstance();

  private TraceHeaders() {}

  /** Returns the context in an event's headers, or the root if there is none. */
  static Context of(EventRecord source) {
    // Most events of most topics have no headers at all.
    return source.getHeaderNames().length == 0
        ? Context.root()
        : PROPAGATOR.extract(Context.root(), source, EventHeaders.GETTER);
  }

  /** Adds a context to the headers of records. */
  static void add(Context context, List<OutputRecord> records) {
    Map<String, String> headers = new TreeMap<>();
    PROPAGATOR.inject(context, headers, (carrier, name, value) -> headers.put(name, value));
    headers.forEach(
        (name, value) -> {
          byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
          if (bytes.length <= LONGEST_TRACESTATE) {
            records.forEach(record -> add(record, name, bytes));
          }
        });
  }

  private static void add(OutputRecord record, String name, byte[] value) {
    int count = record.getHeaderNames().length;
    String[] names = Arrays.copyOf(record.getHeaderNames(), count + 1);
    byte[][] values = Arrays.copyOf(record.getHeaderValues(), count + 1);
    names[count] = name;
    values[count] = value;
    record.setHeaderNames(names);
    record.setHeaderValues(values);
  }

  private enum EventHeaders implements TextMapGetter<EventRecord> {
    GETTER;

    @Override
    public @Nullable String get(@Nullable EventRecord source, String name) {
      if (source == null) {
        return null;
      }
      int longest = name.equals(TRACEPARENT) ? LONGEST_TRACEPARENT : LONGEST_TRACESTATE;
      String[] names = source.getHeaderNames();
      byte[] @Nullable [] values = source.getHeaderValues();
      // Of several, Kafka's clients use the last one.
      for (int i = Math.min(names.length, values.length) - 1; i >= 0; i--) {
        byte[] value = values[i];
        if (name.equals(names[i])) {
          return value == null || value.length > longest
              ? null
              : new String(value, StandardCharsets.US_ASCII);
        }
      }
      return null;
    }
  }
}
