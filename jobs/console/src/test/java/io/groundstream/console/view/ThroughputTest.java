package io.groundstream.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  private static final long NOW = 1_700_000_000_500L;

  private final Throughput throughput = new Throughput();

  @Test
  void countsByTheTimeOfProcessing() {
    throughput.count(NOW, NOW);
    throughput.count(NOW - 3_000, NOW);
    throughput.count(NOW - 3_000, NOW);
    throughput.count(NOW - 59_000, NOW);
    int[] counts = throughput.counts(NOW);
    assertThat(counts).hasSize(60);
    assertThat(counts[59]).isEqualTo(1);
    assertThat(counts[56]).isEqualTo(2);
    assertThat(counts[0]).isEqualTo(1);
    assertThat(IntStream.of(throughput.counts(NOW + 10_000)).sum()).isEqualTo(3);
    assertThat(throughput.counts(NOW + 10_000)[46]).isEqualTo(2);
    assertThat(IntStream.of(throughput.counts(NOW + 600_000)).sum()).isZero();
  }

  @Test
  void whatIsOldDoesNotCountAndWhatIsInTheFutureIsNow() {
    throughput.count(NOW - 60_000, NOW);
    throughput.count(0, NOW);
    throughput.count(Long.MIN_VALUE, NOW);
    throughput.count(Long.MAX_VALUE, NOW);
    int[] counts = throughput.counts(NOW);
    assertThat(IntStream.of(counts).sum()).isEqualTo(1);
    assertThat(counts[59]).isEqualTo(1);
  }

  @Test
  void aClockThatGoesBackLosesNothing() {
    throughput.count(NOW, NOW);
    throughput.count(NOW - 2_000, NOW - 2_000);
    assertThat(IntStream.of(throughput.counts(NOW - 5_000)).sum()).isEqualTo(2);
  }
}
