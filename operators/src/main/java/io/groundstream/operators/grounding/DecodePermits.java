package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory of images that are being decoded. Every thread may decode a small image at any
 * time; images that are larger by their header take turns. Thread-safe.
 */
final class DecodePermits {
  /** The memory of a decoder for each pixel: the image, and as much again for its work. */
  private static final int BYTES_A_PIXEL = 6;

  private final long smallPixels;
  private final Semaphore large;
  private final int attempts;
  private final Retries retries;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @param memoryBytes the memory for all images together; the largest image may exceed half of it,
   *     and is still decoded
   * @param threads how many decode at a time
   * @param maxPixels the largest image that is decoded
   * @param attempts how often an image is tried if memory is short
   * @param retries draws the pauses between attempts
   */
  DecodePermits(long memoryBytes, int threads, long maxPixels, int attempts, Retries retries) {
    this.smallPixels = Math.max(1, memoryBytes / 2 / threads / BYTES_A_PIXEL);
    this.large =
        new Semaphore(
            (int) Math.max(1, Math.min(threads, memoryBytes / 2 / (maxPixels * BYTES_A_PIXEL))),
            true);
    this.attempts = attempts;
    this.retries = retries;
  }

  /**
   * Decodes an image on the caller's thread, which waits for memory.
   *
   * @param deadline when the image is no longer wanted; null for never
   */
  PreparedImage decode(GroundingModel model, byte[] bytes, @Nullable Instant deadline)
      throws GroundingException {
    underWay.incrementAndGet();
    try {
      return decodeSmall(model, bytes, deadline);
    } finally {
      underWay.decrementAndGet();
    }
  }

  private PreparedImage decodeSmall(GroundingModel model, byte[] bytes, @Nullable Instant deadline)
      throws GroundingException {
    try {
      return model.prepare(bytes, smallPixels);
    } catch (GroundingException e) {
      if (e.errorCode() != GroundingErrorCode.IMAGE_TOO_MANY_PIXELS
          && e.errorCode() != GroundingErrorCode.DECODING_OUT_OF_MEMORY) {
        throw e;
      }
    }
    large.acquireUninterruptibly();
    try {
      return decodeLarge(model, bytes, deadline);
    } finally {
      large.release();
    }
  }

  /** Returns how many images are being decoded, or wait for their turn. */
  int underWay() {
    return underWay.get();
  }

  /** Returns about how many large images wait for their turn. */
  int largeWaiting() {
    return large.getQueueLength();
  }

  private PreparedImage decodeLarge(GroundingModel model, byte[] bytes, @Nullable Instant deadline)
      throws GroundingException {
    for (int attempt = 1; ; attempt++) {
      try {
        return model.prepare(bytes, Long.MAX_VALUE);
      } catch (GroundingException e) {
        Retries.Pause pause =
            e.errorCode() == GroundingErrorCode.DECODING_OUT_OF_MEMORY
                ? retries.pauseAfter(e.errorCode(), attempt, attempts, deadline)
                : null;
        if (pause == null) {
          throw e;
        }
        try {
          TimeUnit.MILLISECONDS.sleep(pause.millis());
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }
}
