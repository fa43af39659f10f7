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
 * W3C's trace context in the headers of Kafka's records. Events may hold anything: what is
 * malformed or too long is as if it were not there.
 */
final class TraceHeaders {
  static final String TRACEPARENT = "traceparent";
  static final String TRACESTATE = "tracestate";

  /** Of the version that there is; a later one may be longer. */
  private static final int LONGEST_TRACEPARENT = 128;

  /** As W3C demands of whoever hands it on. */
  private static final int LONGEST_TRACESTATE = 512;

  private static final int OVERHEAD_BYTES = 64;

  /** What the headers add to a record at most, in bytes. */
  static final int MOST_BYTES = LONGEST_TRACEPARENT + LONGEST_TRACESTATE + OVERHEAD_BYTES;

  private static final W3CTraceContextPropagator PROPAGATOR =
      W3CTraceContextPropagator.getInstance();

  private TraceHeaders() {}

  /** Returns the context that an event came with; the root if it came with none. */
  static Context of(EventRecord source) {
    // Most events of most topics have no headers at all.
    return source.getHeaderNames().length == 0
        ? Context.root()
        : PROPAGATOR.extract(Context.root(), source, EventHeaders.GETTER);
  }

  /** Makes records tell the context that they come of. */
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
      // The last one counts, as everywhere in Kafka.
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
