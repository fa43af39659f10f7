package io.groundstream.console.bench;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.engine.EngineStatistics;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a workload and measures its time. Requests arrive in a closed loop, where each answer makes
 * room for the next request, or at random moments at a given rate, whether or not the model keeps
 * up.
 */
public final class Measurement {
  private static final long TELL_MILLIS = 200;
  private static final long SEED = 0;

  /**
   * The result of a measurement.
   *
   * @param seconds from the first arrival to the last answer
   * @param cpuSeconds of all threads of the process during that time
   * @param latencySeconds from a request's arrival to its answer, in ascending order
   * @param promptTokens the sum over answered requests
   * @param failed requests that failed
   * @param firstFailure the message of the first failed request; null if none failed
   * @param engine the engine's counts during that time
   * @param preparationSeconds preparing images, summed over threads
   * @param textSeconds tokenising and parsing, summed over threads
   */
  @SuppressWarnings("ArrayRecordComponent") // made for one reader
  public record Result(
      double seconds,
      double cpuSeconds,
      double[] latencySeconds,
      long promptTokens,
      int failed,
      @Nullable Throwable firstFailure,
      EngineStatistics.Snapshot engine,
      double preparationSeconds,
      double textSeconds) {

    /** Returns the latency that the given share of answered requests did not exceed, in seconds. */
    public double latency(double share) {
      if (latencySeconds.length == 0) {
        return Double.NaN;
      }
      int rank = (int) Math.ceil(share * latencySeconds.length);
      return latencySeconds[Math.max(0, rank - 1)];
    }
  }

  private final Workload workload;
  private final int first;
  private final int count;
  private final int preparers;
  private final double[] latencies;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicLong promptTokens = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();
  private final CountDownLatch open;

  private Measurement(Workload workload, int first, int count, int preparers) {
    this.workload = workload;
    this.first = first;
    this.count = count;
    this.preparers = preparers;
    this.latencies = new double[count];
    this.open = new CountDownLatch(count);
  }

  /**
   * Keeps a fixed number of requests in flight until all are answered.
   *
   * @param first the number of the first request
   * @param preparers the number of threads that make requests
   * @param progress receives the number of answered requests from time to time
   */
  public static Result closed(
      Workload workload, int first, int count, int concurrency, int preparers, IntConsumer progress)
      throws InterruptedException {
    Measurement measurement = new Measurement(workload, first, count, preparers);
    Semaphore places = new Semaphore(concurrency);
    AtomicInteger next = new AtomicInteger();
    return measurement.run(
        pool -> {
          for (int i = 0; i < preparers; i++) {
            pool.execute(() -> measurement.keepBusy(next, places));
          }
        },
        progress);
  }

  /**
   * Submits requests at random moments.
   *
   * @param rate the mean number of requests per second
   */
  public static Result open(
      Workload workload, int first, int count, double rate, int preparers, IntConsumer progress)
      throws InterruptedException {
    Measurement measurement = new Measurement(workload, first, count, preparers);
    return measurement.run(pool -> measurement.arrive(pool, rate), progress);
  }

  /** Starts the threads that make the requests. */
  private interface Start {
    void on(ExecutorService pool) throws InterruptedException;
  }

  private Result run(Start start, IntConsumer progress) throws InterruptedException {
    EngineStatistics.Snapshot before = workload.statistics().snapshot();
    long preparationBefore = workload.preparationNanos();
    long textBefore = workload.textNanos();
    long cpuBefore = cpuNanos();
    long begin = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(preparers);
    try {
      start.on(pool);
      while (!open.await(TELL_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.accept(count - (int) open.getCount());
      }
    } finally {
      pool.shutdownNow();
    }
    double[] sorted = Arrays.copyOf(latencies, answered.get());
    Arrays.sort(sorted);
    return new Result(
        (System.nanoTime() - begin) / 1e9,
        (cpuNanos() - cpuBefore) / 1e9,
        sorted,
        promptTokens.get(),
        failed.get(),
        firstFailure.get(),
        workload.statistics().snapshot().since(before),
        (workload.preparationNanos() - preparationBefore) / 1e9,
        (workload.textNanos() - textBefore) / 1e9);
  }

  private void keepBusy(AtomicInteger next, Semaphore places) {
    try {
      while (true) {
        places.acquire();
        int number = next.getAndIncrement();
        if (number >= count) {
          // Wakes the other threads that wait for room, so that they end too.
          places.release();
          return;
        }
        CompletableFuture<?> unused =
            submit(number, System.nanoTime()).whenComplete((value, error) -> places.release());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void arrive(ExecutorService pool, double rate) throws InterruptedException {
    Random random = new Random(SEED);
    long due = System.nanoTime();
    for (int number = 0; number < count; number++) {
      due += (long) (-Math.log(1 - random.nextDouble()) / rate * 1e9);
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      int arrived = number;
      long arrivedAt = due;
      pool.execute(
          () -> {
            CompletableFuture<?> unused = submit(arrived, arrivedAt);
          });
    }
  }

  private CompletableFuture<Integer> submit(int number, long arrivedAt) {
    CompletableFuture<Integer> answer;
    try {
      answer = workload.submit(first + number);
    } catch (GroundingException | RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.whenComplete(
        (tokens, failure) -> {
          if (failure == null) {
            latencies[answered.getAndIncrement()] = (System.nanoTime() - arrivedAt) / 1e9;
            promptTokens.addAndGet(tokens);
          } else {
            failed.incrementAndGet();
            firstFailure.compareAndSet(null, failure);
          }
          open.countDown();
        });
  }

  private static long cpuNanos() {
    return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
