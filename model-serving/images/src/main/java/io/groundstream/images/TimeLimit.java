package io.groundstream.images;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Limits the CPU time of decoding one image; waiting for a busy processor does not count. Decoders
 * check it at least once per row or every few thousand steps, so they stop soon after the limit,
 * but not at once. For one thread, which only computes and never waits for anything unbounded.
 */
final class TimeLimit {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Duration most;
  private final long mostNanos;
  private final LongSupplier clock;
  private final LongSupplier processorClock;
  private final long startProcessorNanos;

  /** The earliest time by the clock at which the limit can be exceeded. */
  private long askAgainNanos;

  /** Creates a limit for the current thread that starts now. */
  TimeLimit(Duration most) {
    this(most, System::nanoTime, TimeLimit::processorNanos);
  }

  /**
   * Creates a limit that starts now.
   *
   * @param clock elapsed time in nanoseconds; cheap to read
   * @param processorClock CPU time of the thread in nanoseconds, which never runs faster than
   *     {@code clock}
   */
  TimeLimit(Duration most, LongSupplier clock, LongSupplier processorClock) {
    this.most = most;
    this.mostNanos = most.toNanos();
    this.clock = clock;
    this.processorClock = processorClock;
    this.startProcessorNanos = processorClock.getAsLong();
    this.askAgainNanos = clock.getAsLong() + mostNanos;
  }

  boolean isOver() {
    long now = clock.getAsLong();
    if (now - askAgainNanos <= 0) {
      return false;
    }
    long left = mostNanos - (processorClock.getAsLong() - startProcessorNanos);
    if (left < 0) {
      return true;
    }
    askAgainNanos = now + left;
    return false;
  }

  /**
   * Checks the limit, which takes some ten nanoseconds.
   *
   * @throws ImageException if the limit is exceeded
   */
  void check() throws ImageException {
    if (isOver()) {
      throw new ImageException(
          ImageErrorCode.DECODING_TIMEOUT,
          "decoding takes more than "
              + most.toMillis()
              + " ms of CPU time (expected: at most that; raise the limit if the image is"
              + " legitimate)");
    }
  }

  /** Returns the thread's CPU time, or elapsed time if the JVM does not measure CPU time. */
  private static long processorNanos() {
    long nanos = THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : -1;
    return nanos < 0 ? System.nanoTime() : nanos;
  }
}
