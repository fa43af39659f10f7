package io.groundstream.operators.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SpanDeliveryTest {
  private static final int CAPACITY = 10;

  /** What becomes of batches; nothing as long as it is not decided. */
  private final CompletableResultCode answer = new CompletableResultCode();

  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final SpanDelivery delivery =
      new SpanDelivery(
          new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
              batches.add(spans.size());
              return answer;
            }

            @Override
            public CompletableResultCode flush() {
              return CompletableResultCode.ofSuccess();
            }

            @Override
            public CompletableResultCode shutdown() {
              return CompletableResultCode.ofSuccess();
            }
          },
          CAPACITY,
          Duration.ofMinutes(1));
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(delivery).build();

  private void endSpans(int count) {
    for (int i = 0; i < count; i++) {
      provider.get("test").spanBuilder("span").startSpan().end();
    }
  }

  @Test
  void neverMoreAreOnTheirWayThanFit() {
    endSpans(100);

    // No caller waited, although the collector took nothing.
    assertThat(delivery.waiting()).isEqualTo(CAPACITY);
    assertThat(delivery.dropped()).isEqualTo(90);
    assertThat(delivery.sent()).isZero();

    answer.succeed();
    provider.shutdown().join(1, TimeUnit.MINUTES);
    assertThat(delivery.sent()).isEqualTo(CAPACITY);
    assertThat(delivery.dropped()).isEqualTo(90);
    assertThat(delivery.waiting()).isZero();
    assertThat(batches.stream().mapToInt(size -> size).sum()).isEqualTo(CAPACITY);
  }

  @Test
  void whatTheCollectorRefusesIsDroppedAndMakesRoom() throws Exception {
    answer.fail();
    endSpans(CAPACITY);
    // Not by a flush: the SDK takes one that has just ended for that of the shutdown below.
    while (delivery.dropped() < CAPACITY) {
      Thread.sleep(10);
    }

    assertThat(delivery.dropped()).isEqualTo(CAPACITY);
    assertThat(delivery.waiting()).isZero();
    endSpans(1);
    assertThat(delivery.waiting()).isLessThanOrEqualTo(1);
    provider.shutdown().join(1, TimeUnit.MINUTES);
    assertThat(delivery.dropped()).isEqualTo(CAPACITY + 1);
  }
}
