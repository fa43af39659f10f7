package io.groundstream.kosmos2.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DurationHistogramTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  // System.nanoTime may be negative.
  private final AtomicLong now = new AtomicLong(-TimeUnit.SECONDS.toNanos(25));
  private final DurationHistogram histogram = new DurationHistogram(now::get);

  private void pass(int seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void quantilesOfAnyDurationsAreRightToFourPerCent() {
    long[] durations =
        new Random(7)
            .doubles(20_000, Math.log(20_000), Math.log(4e15))
            .mapToLong(exponent -> (long) Math.exp(exponent))
            .sorted()
            .toArray();
    LongStream.of(durations).forEach(histogram::record);

    DurationSummary recent = histogram.recent();
    for (double share : new double[] {0, 0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
      long exact = durations[Math.max(1, (int) Math.ceil(share * durations.length)) - 1];
      assertThat(recent.quantile(share))
          .as("%s", share)
          .isEqualTo((double) exact, within(exact * 0.04));
    }
    double mean = LongStream.of(durations).average().orElseThrow();
    assertThat(recent.mean()).isEqualTo(mean, within(mean * 0.04));
  }

  @Test
  void everyDurationLiesInTheBucketWhoseMiddleIsNearest() {
    int last = -1;
    for (long units = 0; units < 4096; units++) {
      int bucket = DurationBuckets.of(units << 10);
      assertThat(bucket - last).as("%s", units).isBetween(0, 1);
      assertThat(DurationBuckets.nanos(bucket))
          .isEqualTo(units * 1024.0, within(units * 32 + 1024.0));
      last = bucket;
    }
    assertThat(DurationBuckets.of(Long.MAX_VALUE)).isEqualTo(DurationBuckets.COUNT - 1);
    assertThat(DurationBuckets.of(-5)).isZero();
  }

  @Test
  void whatIsOlderThanAMinuteIsForgottenButCounted() {
    histogram.record(MILLI, 30);
    pass(30);
    histogram.record(9 * MILLI);
    assertThat(histogram.recent().count()).isEqualTo(31);
    pass(31);
    assertThat(histogram.recent().count()).isEqualTo(1);
    assertThat(histogram.recent().quantile(0.5)).isEqualTo(9.0 * MILLI, within(0.4 * MILLI));
    pass(60);
    assertThat(histogram.recent().count()).isZero();
    assertThat(histogram.recent().quantile(0.5)).isNaN();
    assertThat(histogram.recent().mean()).isNaN();
    assertThat(histogram.recent().standardDeviation()).isNaN();
    assertThat(histogram.count()).isEqualTo(31);
  }

  @Test
  void theDeviationIsOfTheDurations() {
    histogram.record(10 * MILLI, 50);
    histogram.record(30 * MILLI, 50);
    assertThat(histogram.recent().standardDeviation()).isEqualTo(10.0 * MILLI, within(MILLI * 1.0));
  }

  @Test
  void manyThreadsLoseNothing() throws Exception {
    int threads = 4;
    int each = 50_000;
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < each; n++) {
                  histogram.record(n * 1000L);
                }
              });
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(histogram.recent().count()).isEqualTo((long) threads * each);
    assertThat(histogram.count()).isEqualTo((long) threads * each);
  }
}
