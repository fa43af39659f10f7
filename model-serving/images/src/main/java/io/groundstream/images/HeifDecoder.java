package io.groundstream.images;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decodes AVIF with libavif and HEIC with libheif, in a pool of processes with limits of memory,
 * time and pixels. These libraries and their codecs are written in C and C++, so an image that
 * breaks them must cost no more than itself and its process.
 *
 * <p>Processes start when they are needed and end after a minute without use. Each is replaced
 * after 1000 images, so that leaks do not add up. Thread-safe.
 */
final class HeifDecoder {
  private static final int MAX_IMAGES = 1000;
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** CPU time limits a computing process; this multiple of it, by the clock, a hanging one. */
  private static final int WALL_FACTOR = 4;

  /** The exit status after SIGXCPU: 128 plus 24, the signal's number. */
  private static final int OVER_CPU_TIME = 128 + 24;

  /** The exit status of a JVM with {@code ExitOnOutOfMemoryError}. */
  private static final int HEAP_EXHAUSTED = 3;

  private static final Map<HeifOptions, HeifDecoder> SHARED = new ConcurrentHashMap<>();
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final HeifCommand command;
  private final Semaphore places;

  /** The most recently used one is used next, so that the others can end. Guarded by itself. */
  private final Deque<HeifProcess> idle = new ArrayDeque<>();

  HeifDecoder(HeifCommand command, int processes) {
    this.command = command;
    this.places = new Semaphore(processes, true);
  }

  /** Returns the pool for these options, one per JVM. */
  static HeifDecoder shared(HeifOptions options) {
    return SHARED.computeIfAbsent(
        options, any -> new HeifDecoder(HeifCommand.worker(options), options.processes()));
  }

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "heif-clock");
              thread.setDaemon(true);
              thread.setContextClassLoader(null);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    clock.setKeepAliveTime(10, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
    return clock;
  }

  static ScheduledFuture<?> later(Duration time, Runnable task) {
    return CLOCK.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a process and checks that it can decode the requested formats.
   *
   * @throws DecoderUnavailableException if the process cannot be started or lacks a library
   */
  void check() throws DecoderUnavailableException {
    HeifProcess process;
    try {
      process = take();
    } catch (IOException e) {
      throw new DecoderUnavailableException(
          "model.heif-decoder: "
              + e.getMessage()
              + " (expected: a process of this JDK's java; or off)",
          e);
    }
    String problem = process.avifProblem() + process.heicProblem();
    if (problem.isEmpty()) {
      giveBack(process);
      return;
    }
    process.kill();
    throw new DecoderUnavailableException(
        "model.heif-decoder: "
            + (process.avifProblem().isEmpty() ? "" : "AVIF: " + process.avifProblem())
            + (process.avifProblem().isEmpty() || process.heicProblem().isEmpty() ? "" : "; ")
            + (process.heicProblem().isEmpty() ? "" : "HEIC: " + process.heicProblem())
            + " (expected on every machine that decodes images: libavif for AVIF and libheif for"
            + " HEIC, such as Debian's packages libavif15 or libavif16, libheif1 and, where it is"
            + " a package of its own, libheif-plugin-libde265; or off)",
        null);
  }

  /**
   * Decodes one image; waits while all processes are busy.
   *
   * @param format AVIF or HEIC
   * @throws ImageException if the image is rejected, broke its process, or no process can be
   *     started
   */
  StoredImage decode(byte[] bytes, ImageFormat format, ImageOptions options) throws ImageException {
    places.acquireUninterruptibly();
    try {
      return decodeBy(start(), bytes, format, options);
    } finally {
      places.release();
    }
  }

  private HeifProcess start() throws ImageException {
    try {
      return take();
    } catch (IOException e) {
      throw new ImageException(
          ImageErrorCode.DECODER_UNAVAILABLE,
          "cannot be decoded now: "
              + e.getMessage()
              + " (expected: a process that decodes AVIF and HEIC)",
          e);
    }
  }

  private StoredImage decodeBy(
      HeifProcess process, byte[] bytes, ImageFormat format, ImageOptions options)
      throws ImageException {
    boolean reusable = false;
    Duration most = options.limits().maxTime();
    try {
      StoredImage image =
          process.decode(
              bytes, format == ImageFormat.AVIF, options, most.multipliedBy(WALL_FACTOR));
      reusable = true;
      return image;
    } catch (ImageException e) {
      reusable = true;
      throw e;
    } catch (IOException e) {
      throw failure(process, e, most);
    } finally {
      if (reusable) {
        giveBack(process);
      } else {
        process.kill();
      }
    }
  }

  private static ImageException failure(HeifProcess process, IOException cause, Duration most) {
    if (cause instanceof HeifAnswer.GarbageException) {
      return new ImageException(
          ImageErrorCode.DECODER_FAILED,
          "broke its decoder, which answered " + cause.getMessage(),
          cause);
    }
    boolean late = process.isLate();
    Integer status = late ? null : process.exitStatus();
    if (late || (status != null && status == OVER_CPU_TIME)) {
      return new ImageException(
          ImageErrorCode.DECODING_TIMEOUT,
          "takes more than "
              + most.toMillis()
              + " ms to decode (expected: at most that; raise the limit if the image is"
              + " legitimate)",
          cause);
    }
    if (status != null && status == HEAP_EXHAUSTED) {
      return new ImageException(
          ImageErrorCode.DECODING_OUT_OF_MEMORY,
          "needs more memory than its decoder has (expected: a smaller image)",
          cause);
    }
    return new ImageException(
        ImageErrorCode.DECODER_FAILED,
        "broke its decoder, whose process ended"
            + (status == null ? "" : " with status " + status)
            + " (expected: an undamaged image, or a newer library)",
        cause);
  }

  private HeifProcess take() throws IOException {
    HeifProcess process = poll();
    while (process != null && !process.isAlive()) {
      process.kill();
      process = poll();
    }
    return process != null ? process : HeifProcess.start(command);
  }

  private @Nullable HeifProcess poll() {
    synchronized (idle) {
      return idle.pollFirst();
    }
  }

  private void giveBack(HeifProcess process) {
    int images = process.images();
    if (images >= MAX_IMAGES) {
      process.kill();
      return;
    }
    synchronized (idle) {
      idle.addFirst(process);
    }
    ScheduledFuture<?> unused = later(IDLE, () -> endIfUnused(process, images));
  }

  private void endIfUnused(HeifProcess process, int images) {
    synchronized (idle) {
      if (process.images() != images || !idle.remove(process)) {
        return;
      }
    }
    process.kill();
  }
}
