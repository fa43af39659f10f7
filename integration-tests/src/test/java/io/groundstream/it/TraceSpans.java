package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds and compares the spans that a collector has received. */
final class TraceSpans {
  private TraceSpans() {}

  /** Returns the spans of events by the events' identifiers, where they have one. */
  static Map<String, Span> eventSpans(TraceCollector collector) {
    Map<String, Span> spans = new HashMap<>();
    for (Span span : collector.spans) {
      if (span.getKind() == SpanKind.SPAN_KIND_CONSUMER) {
        spans.put(attributes(span).getOrDefault("groundstream.event.id", "broken"), span);
      }
    }
    return spans;
  }

  /** Returns the value for a name, which must exist. */
  static <T> T of(Map<String, T> all, String name) {
    T found = all.get(name);
    assertThat(found).as(name).isNotNull();
    return found;
  }

  static Map<String, String> attributes(Span span) {
    return TraceCollector.attributes(span.getAttributesList());
  }

  static List<Span> children(TraceCollector collector, Span parent) {
    return collector.spans.stream()
        .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
        .sorted(Comparator.comparing(Span::getStartTimeUnixNano))
        .toList();
  }

  static Span child(TraceCollector collector, Span parent, String name) {
    List<Span> named =
        children(collector, parent).stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(named).as(name).hasSize(1);
    return named.get(0);
  }

  /** Checks that every span lies within its parent. */
  static void checkTimes(List<Span> spans) {
    Map<Object, Span> byId =
        spans.stream().collect(Collectors.toMap(Span::getSpanId, span -> span));
    for (Span span : spans) {
      assertThat(span.getEndTimeUnixNano())
          .as(span.getName())
          .isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
      Span parent = byId.get(span.getParentSpanId());
      if (parent != null) {
        assertThat(span.getTraceId()).isEqualTo(parent.getTraceId());
        assertThat(span.getStartTimeUnixNano())
            .as(span.getName())
            .isGreaterThanOrEqualTo(parent.getStartTimeUnixNano());
        assertThat(span.getEndTimeUnixNano())
            .as(span.getName())
            .isLessThanOrEqualTo(parent.getEndTimeUnixNano());
      }
    }
  }

  /** Checks that the spans follow one another, possibly with gaps. */
  static void checkOrder(Span... spans) {
    for (int i = 1; i < spans.length; i++) {
      assertThat(spans[i].getStartTimeUnixNano())
          .as(spans[i - 1].getName() + " before " + spans[i].getName())
          .isGreaterThanOrEqualTo(spans[i - 1].getEndTimeUnixNano());
    }
  }

  /** Returns the spans of events from topics, ordered by start. */
  static List<Span> consumers(TraceCollector collector) {
    return collector.spans.stream()
        .filter(span -> span.getKind() == SpanKind.SPAN_KIND_CONSUMER)
        .sorted(Comparator.comparing(Span::getStartTimeUnixNano))
        .toList();
  }
}
