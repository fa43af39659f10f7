package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.concurrent.Backoff;
import io.groundstream.operators.concurrent.DaemonThreads;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of Flink's file systems, whose calls block, without blocking callers. Each file
 * system has threads of its own, so that one that is slow, or never answers, delays only its own
 * reads. A read ends within its time even if the file system never returns. Thread-safe.
 */
final class FileReads implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final Backoff BACKOFF =
      Backoff.of(Duration.ofMillis(100), 4, Duration.ofSeconds(2));
  private static final long IDLE_THREADS_LIVE_SECONDS = 30;
  private static final long SHORTEST_WATCH_NANOS = 10_000_000;

  /** The memory for an image before its size is known. */
  private static final long FIRST_GUESS_BYTES = 1 << 20;

  /** Farther away than any read lasts, and not too far for nanoseconds. */
  private static final Duration NEVER = Duration.ofDays(365);

  private final FileSystemFetcher files;
  private final long maxBytes;
  private final int threadsEach;
  private final Duration timeout;
  private final ByteBudget memory;
  private final ScheduledExecutorService timer;
  private final Map<String, ThreadPoolExecutor> fileSystems = new ConcurrentHashMap<>();

  /**
   * @param maxBytes the largest file that the files' fetcher reads
   * @param threadsEach how many files of one file system are read at a time
   * @param timeout how long a read may take, including all waiting but that for memory
   * @param memory the memory for images that are being read, or are read and not decoded yet
   */
  FileReads(
      FileSystemFetcher files,
      long maxBytes,
      int threadsEach,
      Duration timeout,
      ByteBudget memory) {
    this.files = files;
    this.maxBytes = maxBytes;
    this.threadsEach = threadsEach;
    this.timeout = timeout;
    this.memory = memory;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("fetch-file-timer"));
  }

  /**
   * Reads a file.
   *
   * @param deadline when the image is no longer wanted, or null
   * @return completes with the bytes, to be closed, or with a {@link GroundingException} of stage
   *     {@code fetch}; cancelling it ends the read
   */
  CompletableFuture<FetchedImage> fetch(String uri, @Nullable Instant deadline) {
    Read read = new Read(uri, deadline);
    try {
      read.start(threads(files.fileSystem(uri)));
    } catch (RejectedExecutionException e) {
      read.result.completeExceptionally(e);
    }
    return read.result;
  }

  /** Returns the threads of a file system: one of those that the roots name, or the local one. */
  private ThreadPoolExecutor threads(String fileSystem) {
    return fileSystems.computeIfAbsent(
        fileSystem,
        any -> {
          ThreadPoolExecutor threads =
              new ThreadPoolExecutor(
                  threadsEach,
                  threadsEach,
                  IDLE_THREADS_LIVE_SECONDS,
                  TimeUnit.SECONDS,
                  new LinkedBlockingQueue<>(),
                  DaemonThreads.named("fetch-" + fileSystem.replaceAll("[^A-Za-z0-9.-]+", "-")));
          threads.allowCoreThreadTimeOut(true);
          return threads;
        });
  }

  /** Returns how many files are being read. */
  int underWay() {
    return fileSystems.values().stream().mapToInt(ThreadPoolExecutor::getActiveCount).sum();
  }

  /** Returns how many files wait for others of their file system. */
  int waiting() {
    return fileSystems.values().stream().mapToInt(threads -> threads.getQueue().size()).sum();
  }

  /** One file. */
  private final class Read implements Runnable {
    private final String uri;
    private final long deadlineNanos;
    private final CompletableFuture<FetchedImage> result = new CompletableFuture<>();

    /** Waiting for memory puts it off. */
    private volatile long endNanos;

    private volatile boolean waitsForMemory;
    private volatile boolean timedOut;
    private volatile @Nullable ScheduledFuture<?> alarm;

    Read(String uri, @Nullable Instant deadline) {
      this.uri = uri;
      long now = System.nanoTime();
      Duration left = deadline == null ? NEVER : Duration.between(Instant.now(), deadline);
      this.deadlineNanos = now + (left.compareTo(NEVER) < 0 ? left : NEVER).toNanos();
      this.endNanos = now + timeout.toNanos();
    }

    void start(ThreadPoolExecutor threads) {
      Future<?> task = threads.submit(this);
      CompletableFuture<?> unused =
          result.whenComplete(
              (image, failure) -> {
                stopWatching();
                if (failure instanceof CancellationException || timedOut) {
                  task.cancel(true);
                  threads.purge();
                }
              });
      watch();
    }

    /** Ends the read when its time is over, although a file system may keep its thread. */
    private void watch() {
      if (result.isDone()) {
        return;
      }
      long now = System.nanoTime();
      boolean late = deadlineNanos - now <= 0;
      if (late || (endNanos - now <= 0 && !waitsForMemory)) {
        timedOut = true;
        result.completeExceptionally(
            new GroundingException(
                late ? OperatorErrorCode.DEADLINE_EXCEEDED : OperatorErrorCode.FETCH_TIMEOUT,
                "image_uri: "
                    + ShownUri.of(uri)
                    + " took too long to read (expected: within fetch.file-timeout and the event's"
                    + " deadline)"));
        return;
      }
      long left = Math.min(deadlineNanos - now, endNanos - now);
      alarm =
          timer.schedule(this::watch, Math.max(left, SHORTEST_WATCH_NANOS), TimeUnit.NANOSECONDS);
      if (result.isDone()) {
        stopWatching();
      }
    }

    /** Cancels the alarm, since the timer would keep the image as long. */
    private void stopWatching() {
      ScheduledFuture<?> waiting = alarm;
      if (waiting != null) {
        waiting.cancel(false);
      }
    }

    @Override
    public void run() {
      for (int attempt = 1; !result.isDone(); attempt++) {
        try {
          FetchedImage image = read();
          if (!result.complete(image)) {
            image.close();
          }
        } catch (GroundingException e) {
          if (!waitBefore(attempt + 1, e.errorCode())) {
            result.completeExceptionally(e);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          result.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
          result.completeExceptionally(e);
        }
      }
    }

    /** Returns whether it is worth another attempt, after a pause. */
    private boolean waitBefore(int attempt, ErrorCode code) {
      long pause = BACKOFF.pauseMillis(attempt - 1);
      long end = deadlineNanos - endNanos < 0 ? deadlineNanos : endNanos;
      if (code != OperatorErrorCode.IMAGE_UNREADABLE
          || attempt > ATTEMPTS
          || TimeUnit.MILLISECONDS.toNanos(pause) >= end - System.nanoTime()) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(pause);
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    private FetchedImage read() throws GroundingException, InterruptedException {
      long wanted = Math.min(FIRST_GUESS_BYTES, maxBytes + 1);
      while (true) {
        ByteBudget.Grant grant = acquire(wanted);
        boolean handedOn = false;
        try {
          byte[] bytes = files.fetch(uri, grant);
          grant.shrink(bytes.length);
          handedOn = true;
          return new FetchedImage(bytes, grant::close);
        } catch (SizedBody.OverBudgetException e) {
          wanted = e.bytes();
        } finally {
          if (!handedOn) {
            grant.close();
          }
        }
      }
    }

    private ByteBudget.Grant acquire(long bytes) throws InterruptedException {
      CompletableFuture<ByteBudget.Grant> grant = memory.acquire(bytes);
      if (grant.isDone()) {
        return grant.join();
      }
      long began = System.nanoTime();
      waitsForMemory = true;
      try {
        return grant.get();
      } catch (InterruptedException e) {
        if (!grant.cancel(false)) {
          grant.join().close();
        }
        throw e;
      } catch (ExecutionException e) {
        throw new IllegalStateException("memory", e);
      } finally {
        long end = endNanos;
        endNanos = end + System.nanoTime() - began;
        waitsForMemory = false;
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    fileSystems.values().forEach(ThreadPoolExecutor::shutdownNow);
  }
}
