package io.groundstream.operators.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeadersTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  private static EventRecord event(@Nullable String... namesAndValues) {
    EventRecord event = new EventRecord();
    String[] names = new String[namesAndValues.length / 2];
    byte[][] values = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      names[i] = String.valueOf(namesAndValues[2 * i]);
      String value = namesAndValues[2 * i + 1];
      values[i] = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    }
    event.setHeaderNames(names);
    event.setHeaderValues(values);
    return event;
  }

  private static SpanContext parent(EventRecord event) {
    return Span.fromContext(TraceHeaders.of(event)).getSpanContext();
  }

  @Test
  void theProducersSpanIsTheParent() {
    SpanContext parent =
        parent(event("other", "x", "traceparent", PARENT, "tracestate", "vendor=1,another=2"));

    assertThat(parent.getTraceId()).isEqualTo(TRACE);
    assertThat(parent.getSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(parent.isSampled()).isTrue();
    assertThat(parent.isRemote()).isTrue();
    assertThat(parent.getTraceState().get("vendor")).isEqualTo("1");
  }

  @Test
  void theLastOfSeveralHeadersCounts() {
    SpanContext parent =
        parent(event("traceparent", "nonsense", "traceparent", PARENT, "traceparents", "x"));
    assertThat(parent.getTraceId()).isEqualTo(TRACE);
    assertThat(parent(event("traceparent", PARENT, "traceparent", null)).isValid()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\n",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        "\u0000\u0000-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "日本-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      })
  void whatIsMalformedIsAsIfItWereNotThere(String value) {
    assertThat(parent(event("traceparent", value)).isValid()).isFalse();
  }

  @Test
  void whatIsTooLongIsAsIfItWereNotThere() {
    assertThat(parent(event("traceparent", PARENT + "-" + "0".repeat(1 << 20))).isValid())
        .isFalse();
    SpanContext parent = parent(event("traceparent", PARENT, "tracestate", "a=" + "x".repeat(511)));
    assertThat(parent.isValid()).isTrue();
    assertThat(parent.getTraceState().isEmpty()).isTrue();
  }

  @Test
  void anEventWithoutHeadersHasNoParent() {
    assertThat(TraceHeaders.of(event())).isSameAs(Context.root());
    EventRecord torn = event("traceparent", PARENT);
    torn.setHeaderValues(new byte[0][]);
    assertThat(parent(torn).isValid()).isFalse();
  }

  @Test
  void recordsCarryWhatTheEventCameWith() {
    OutputRecord record = new OutputRecord(OutputTopic.DEAD_LETTERS, null, new byte[10]);
    record.setHeaderNames(new String[] {"groundstream-code"});
    record.setHeaderValues(new byte[][] {{'c'}});
    long before = record.sizeInBytes();
    String state = "a=" + "x".repeat(255) + ",b=" + "y".repeat(252);
    EventRecord event = event("traceparent", PARENT, "tracestate", state);

    TraceHeaders.add(TraceHeaders.of(event), List.of(record));

    assertThat(record.getHeaderNames())
        .containsExactly("groundstream-code", "traceparent", "tracestate");
    assertThat(record.getHeaderValues()[1]).asString(StandardCharsets.US_ASCII).isEqualTo(PARENT);
    assertThat(record.getHeaderValues()[2]).asString(StandardCharsets.US_ASCII).isEqualTo(state);
    assertThat(record.sizeInBytes() - before).isLessThanOrEqualTo(TraceHeaders.MOST_BYTES);
  }
}
