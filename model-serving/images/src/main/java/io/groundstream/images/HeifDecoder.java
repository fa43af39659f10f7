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
 * Decodes AVIF by libavif and HEIC by libheif, in a pool of processes with limits of memory, time
 * and pixels: these libraries and the codecs below them are written in C and C++, so a picture that
 * breaks them costs that picture and its process.
 *
 * <p>Processes are started when they are needed and end when they were not for a while. Each is
 * replaced after some pictures, so that what leaks in it does not add up. Safe for use by many
 * threads.
 */
final class HeifDecoder {
  private static final int MOST_PICTURES = 1000;
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** A process that computes is ended by its CPU time; one that hangs, by this many times that. */
  private static final int WALL_FACTOR = 4;

  /** 128 and SIGXCPU, or SIGKILL where the system sends that at the hard limit. */
  private static final int OVER_CPU_TIME = 128 + 24;

  /** What a JVM with {@code ExitOnOutOfMemoryError} exits with. */
  private static final int HEAP_EXHAUSTED = 3;

  private static final Map<HeifOptions, HeifDecoder> SHARED = new ConcurrentHashMap<>();
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final HeifCommand command;
  private final Semaphore places;

  /** The last one that was used is used next, so that the others can end. Guarded by itself. */
  private final Deque<HeifChild> idle = new ArrayDeque<>();

  HeifDecoder(HeifCommand command, int processes) {
    this.command = command;
    this.places = new Semaphore(processes, true);
  }

  /** Returns the pool of this process for these options. */
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
   * Starts a process and asks whether it can decode what is wanted.
   *
   * @throws DecoderUnavailableException if it cannot be started, or cannot
   */
  void check() throws DecoderUnavailableException {
    HeifChild child;
    try {
      child = take();
    } catch (IOException e) {
      throw new DecoderUnavailableException(
          "model.heif-decoder: "
              + e.getMessage()
              + " (expected: a process of this JDK's java; or off)",
          e);
    }
    String trouble = child.avifTrouble() + child.heicTrouble();
    if (trouble.isEmpty()) {
      giveBack(child);
      return;
    }
    child.kill();
    throw new DecoderUnavailableException(
        "model.heif-decoder: "
            + (child.avifTrouble().isEmpty() ? "" : "AVIF: " + child.avifTrouble())
            + (child.avifTrouble().isEmpty() || child.heicTrouble().isEmpty() ? "" : "; ")
            + (child.heicTrouble().isEmpty() ? "" : "HEIC: " + child.heicTrouble())
            + " (expected on every machine that decodes images: libavif for AVIF and libheif for"
            + " HEIC, such as Debian's packages libavif15 or libavif16, libheif1 and, where it is"
            + " a package of its own, libheif-plugin-libde265; or off)",
        null);
  }

  /**
   * Decodes one picture; waits while all processes have one.
   *
   * @param format AVIF or HEIC
   */
  StoredImage decode(byte[] bytes, ImageFormat format, ImageOptions options) throws ImageException {
    places.acquireUninterruptibly();
    try {
      return decodeBy(start(), bytes, format, options);
    } finally {
      places.release();
    }
  }

  private HeifChild start() throws ImageException {
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
      HeifChild child, byte[] bytes, ImageFormat format, ImageOptions options)
      throws ImageException {
    boolean reusable = false;
    Duration most = options.limits().maxTime();
    try {
      StoredImage image =
          child.decode(bytes, format == ImageFormat.AVIF, options, most.multipliedBy(WALL_FACTOR));
      reusable = true;
      return image;
    } catch (ImageException e) {
      reusable = true;
      throw e;
    } catch (IOException e) {
      throw failure(child, e, most);
    } finally {
      if (reusable) {
        giveBack(child);
      } else {
        child.kill();
      }
    }
  }

  private static ImageException failure(HeifChild child, IOException cause, Duration most) {
    if (cause instanceof HeifAnswer.GarbageException) {
      return new ImageException(
          ImageErrorCode.DECODER_FAILED,
          "broke its decoder, which answered with " + cause.getMessage(),
          cause);
    }
    boolean late = child.isLate();
    Integer status = late ? null : child.exitStatus();
    if (late || (status != null && status == OVER_CPU_TIME)) {
      return new ImageException(
          ImageErrorCode.DECODING_TIMEOUT,
          "takes more than "
              + most.toMillis()
              + " ms to decode (expected: at most that; raise the limit if the picture is meant)",
          cause);
    }
    if (status != null && status == HEAP_EXHAUSTED) {
      return new ImageException(
          ImageErrorCode.DECODING_OUT_OF_MEMORY,
          "asks for more memory than its decoder has (expected: a smaller picture)",
          cause);
    }
    return new ImageException(
        ImageErrorCode.DECODER_FAILED,
        "broke its decoder, whose process ended"
            + (status == null ? "" : " with status " + status)
            + " (expected: a whole picture, or a newer library)",
        cause);
  }

  private HeifChild take() throws IOException {
    HeifChild child = poll();
    while (child != null && !child.isAlive()) {
      child.kill();
      child = poll();
    }
    return child != null ? child : HeifChild.start(command);
  }

  private @Nullable HeifChild poll() {
    synchronized (idle) {
      return idle.pollFirst();
    }
  }

  private void giveBack(HeifChild child) {
    int pictures = child.pictures();
    if (pictures >= MOST_PICTURES) {
      child.kill();
      return;
    }
    synchronized (idle) {
      idle.addFirst(child);
    }
    ScheduledFuture<?> unused = later(IDLE, () -> endIfUnused(child, pictures));
  }

  private void endIfUnused(HeifChild child, int pictures) {
    synchronized (idle) {
      if (child.pictures() != pictures || !idle.remove(child)) {
        return;
      }
    }
    child.kill();
  }
}
