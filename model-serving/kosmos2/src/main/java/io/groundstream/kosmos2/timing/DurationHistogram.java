package io.groundstream.kosmos2.timing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A histogram of the durations of the last minute. The width of its buckets grows with the
 * duration, so that quantiles are accurate to 4 % for any number of durations. Older durations are
 * discarded in steps of ten seconds. Covers a microsecond to weeks in at most 16 KiB.
 *
 * <p>Thread-safe. Recording never blocks: it costs one or two atomic additions.
 */
public final class DurationHistogram {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int WINDOWS = 6;

  private final AtomicReferenceArray<@Nullable Window> windows =
      new AtomicReferenceArray<>(WINDOWS);
  private final LongAdder count = new LongAdder();
  private final LongSupplier nanoTime;

  public DurationHistogram() {
    this(System::nanoTime);
  }

  DurationHistogram(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The counts of ten seconds. */
  private record Window(long number, AtomicIntegerArray counts) {
    Window(long number) {
      this(number, new AtomicIntegerArray(DurationBuckets.COUNT));
    }
  }

  /** Records a duration in nanoseconds; a negative one counts as zero. */
  public void record(long nanos) {
    record(nanos, 1);
  }

  /** Records a duration in nanoseconds {@code times} times. */
  public void record(long nanos, int times) {
    count.add(times);
    int unused = window().counts().addAndGet(DurationBuckets.of(nanos), times);
  }

  private Window window() {
    long number = number();
    int place = (int) Math.floorMod(number, (long) WINDOWS);
    while (true) {
      Window current = windows.get(place);
      if (current != null && current.number() >= number) {
        return current;
      }
      Window fresh = new Window(number);
      if (windows.compareAndSet(place, current, fresh)) {
        return fresh;
      }
    }
  }

  private long number() {
    return Math.floorDiv(nanoTime.getAsLong(), WINDOW_NANOS);
  }

  /** Returns the number of durations recorded so far. */
  public long count() {
    return count.sum();
  }

  /** Returns a summary of the last minute. */
  public DurationSummary recent() {
    long oldest = number() - WINDOWS + 1;
    long[] sums = new long[DurationBuckets.COUNT];
    for (int place = 0; place < WINDOWS; place++) {
      Window window = windows.get(place);
      if (window != null && window.number() >= oldest) {
        for (int bucket = 0; bucket < sums.length; bucket++) {
          sums[bucket] += window.counts().get(bucket);
        }
      }
    }
    return new DurationSummary(sums);
  }
}
