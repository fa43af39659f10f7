package io.groundstream.console.bench;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Watches the memory of this process for a while, at ten samples a second, and keeps the largest.
 * Linux only.
 */
public final class MemoryWatch {
  private static final long SAMPLE_MILLIS = 100;

  /** Also records the peak between samples, if the system allows that. */
  private final boolean exact = ProcessMemory.resetPeak();

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "memory-watch");
            thread.setDaemon(true);
            return thread;
          });
  private Sample largest = Sample.now();

  /**
   * The memory at a moment, in bytes.
   *
   * @param process the whole process
   * @param heapUsed objects on Java's heap, including garbage
   * @param heapCommitted Java's heap; pages of it that were never used are not resident
   * @param otherJvm classes and compiled code
   * @param direct Java's buffers outside of the heap
   */
  record Sample(
      ProcessMemory process, long heapUsed, long heapCommitted, long otherJvm, long direct) {
    static Sample now() {
      MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
      return new Sample(
          ProcessMemory.now(),
          heap.getUsed(),
          heap.getCommitted(),
          ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getCommitted(),
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .filter(pool -> pool.getName().equals("direct"))
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum());
    }
  }

  /**
   * The result of watching.
   *
   * @param peakBytes the most memory that was resident
   * @param exact whether the kernel counted the peak; else it is that of the samples
   * @param largest the largest sample
   */
  public record Result(long peakBytes, boolean exact, Sample largest) {}

  private MemoryWatch() {}

  /** Starts watching. */
  public static MemoryWatch start() {
    MemoryWatch watch = new MemoryWatch();
    ScheduledFuture<?> unused =
        watch.clock.scheduleAtFixedRate(
            watch::sample, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
    return watch;
  }

  private synchronized void sample() {
    // What is resident is cheap to read, the rest is not.
    if (ProcessMemory.now().resident() > largest.process().resident()) {
      largest = Sample.now();
    }
  }

  /** Ends watching. */
  public synchronized Result stop() {
    clock.shutdownNow();
    sample();
    ProcessMemory last = ProcessMemory.now();
    long sampled = largest.process().resident();
    return new Result(exact ? Math.max(last.peak(), sampled) : sampled, exact, largest);
  }
}
