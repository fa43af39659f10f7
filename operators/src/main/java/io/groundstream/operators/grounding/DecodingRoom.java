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
 * Bounds what pictures take while they are decoded: every thread may decode small ones at any time;
 * larger ones, of which the header says that they are, take turns. Thread-safe.
 */
final class DecodingRoom {
  /** What a decoder holds of each pixel: the picture, and as much again while it works. */
  private static final int BYTES_A_PIXEL = 6;

  private final long smallPixels;
  private final Semaphore large;
  private final int attempts;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @param memoryBytes what all pictures may take together; the largest picture may exceed half of
   *     it, and is decoded all the same
   * @param threads how many decode at a time
   * @param maxPixels the largest picture that is decoded
   * @param attempts how often a picture is tried for which memory was short
   */
  DecodingRoom(long memoryBytes, int threads, long maxPixels, int attempts) {
    this.smallPixels = Math.max(1, memoryBytes / 2 / threads / BYTES_A_PIXEL);
    this.large =
        new Semaphore(
            (int) Math.max(1, Math.min(threads, memoryBytes / 2 / (maxPixels * BYTES_A_PIXEL))),
            true);
    this.attempts = attempts;
  }

  /**
   * Decodes a picture on the caller's thread, which waits for room.
   *
   * @param deadline when nobody wants it any more; null for never
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

  /** Returns how many pictures are being decoded, or wait for their turn. */
  int underWay() {
    return underWay.get();
  }

  /** Returns how many large pictures wait for their turn, about. */
  int largeWaiting() {
    return large.getQueueLength();
  }

  private PreparedImage decodeLarge(GroundingModel model, byte[] bytes, @Nullable Instant deadline)
      throws GroundingException {
    for (int attempt = 1; ; attempt++) {
      try {
        return model.prepare(bytes, Long.MAX_VALUE);
      } catch (GroundingException e) {
        long pause = Retries.pauseMillis(attempt);
        if (e.errorCode() != GroundingErrorCode.DECODING_OUT_OF_MEMORY
            || !Retries.isWorthIt(e.errorCode(), attempt, attempts, pause, deadline)) {
          throw e;
        }
        try {
          TimeUnit.MILLISECONDS.sleep(pause);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }
}
