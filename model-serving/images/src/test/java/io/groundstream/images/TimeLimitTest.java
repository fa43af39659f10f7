package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Verifies that only CPU time counts, and that its clock is seldom read. */
class TimeLimitTest {
  private final AtomicLong clock = new AtomicLong(1_000);
  private final AtomicLong processor = new AtomicLong(77);
  private final AtomicLong reads = new AtomicLong();
  private final TimeLimit limit =
      new TimeLimit(
          Duration.ofNanos(100),
          clock::get,
          () -> {
            reads.incrementAndGet();
            return processor.get();
          });

  @Test
  void waitingForABusyProcessorDoesNotCount() {
    clock.addAndGet(1_000_000);
    processor.addAndGet(100);
    assertThat(limit.isOver()).isFalse();
    clock.addAndGet(1_000_000);
    assertThat(limit.isOver()).isFalse();
  }

  @Test
  void computingForLongerExceedsTheLimit() {
    clock.addAndGet(101);
    processor.addAndGet(101);
    assertThat(limit.isOver()).isTrue();
    assertThatThrownBy(limit::check).hasMessageContaining("of CPU time (expected: at most that");
  }

  @Test
  void readsTheCpuClockOnlyWhenTheLimitMayBeExceeded() {
    for (int index = 0; index < 100; index++) {
      clock.addAndGet(1);
      assertThat(limit.isOver()).isFalse();
    }
    assertThat(reads).hasValue(1);
    clock.addAndGet(1);
    processor.addAndGet(40);
    assertThat(limit.isOver()).isFalse();
    for (int index = 0; index < 60; index++) {
      clock.addAndGet(1);
      assertThat(limit.isOver()).isFalse();
    }
    assertThat(reads).hasValue(2);
  }
}
