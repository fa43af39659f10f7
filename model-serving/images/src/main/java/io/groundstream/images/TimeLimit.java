package io.groundstream.images;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How much of a processor's time one picture may take of its thread; time in which a busy machine
 * lets the thread wait does not count. Decoders ask now and then, at least once for every row or
 * every few thousand steps; so what is over is told soon, and not at the very moment. For one
 * thread, which only computes: it never waits for anything that could keep it for ever.
 */
final class TimeLimit {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Duration most;
  private final long mostNanos;
  private final LongSupplier clock;
  private final LongSupplier processorClock;
  private final long startProcessorNanos;

  /** When the clock may at the earliest have run for as long as is left to the thread. */
  private long askAgainNanos;

  /** Starts now, for the current thread. */
  TimeLimit(Duration most) {
    this(most, System::nanoTime, TimeLimit::processorNanos);
  }

  /**
   * Starts now.
   *
   * @param clock nanoseconds that pass; cheap to ask
   * @param processorClock nanoseconds that the thread was given by a processor, never more
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
   * Asks, which takes some ten nanoseconds.
   *
   * @throws ImageException if the time is over
   */
  void check() throws ImageException {
    if (isOver()) {
      throw new ImageException(
          ImageErrorCode.DECODING_TIMEOUT,
          "decoding takes more than "
              + most.toMillis()
              + " ms of a processor's time (expected: at most that; raise the limit if the picture"
              + " is meant)");
    }
  }

  /** A virtual machine that does not count processor time has only the clock. */
  private static long processorNanos() {
    long nanos = THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : -1;
    return nanos < 0 ? System.nanoTime() : nanos;
  }
}
