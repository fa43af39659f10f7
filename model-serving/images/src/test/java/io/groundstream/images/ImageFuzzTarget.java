package io.groundstream.images;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a fuzzer calls: any bytes at all decode or fail with a code of their stage, within bounds of
 * time and of memory, whatever the options. README.md beside this file says how to run one; {@link
 * ImageFuzzRegressionTest} calls it with what was found before.
 */
public final class ImageFuzzTarget {
  private static final long MOST_PIXELS = 1_000_000;
  private static final ImageOptions REFERENCE =
      ImageOptions.defaults().withLimits(ImageLimits.defaults().withMaxPixels(MOST_PIXELS));
  private static final ImageDecoder PLAIN = new ImageDecoder(REFERENCE);
  private static final ImageDecoder EVERYTHING =
      new ImageDecoder(
          REFERENCE
              .withBackground(new Background(1, 2, 3))
              .withColorProfiles(true)
              .withTruncated(true));

  /** Generous, for a busy machine: pictures of a million pixels take a tenth of it. */
  private static final long MOST_NANOS = 10_000_000_000L;

  /** All that is ever allocated in a decode, not what is held at once. */
  private static final long MOST_ALLOCATED_BYTES = 40 * MOST_PIXELS + (48 << 20);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private ImageFuzzTarget() {}

  /** Decodes and checks; the name is the one that Jazzer looks for. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    check(PLAIN, bytes);
    check(EVERYTHING, bytes);
  }

  private static void check(ImageDecoder decoder, byte[] bytes) {
    long start = System.nanoTime();
    long allocated = decode(decoder, bytes);
    check(System.nanoTime() - start < MOST_NANOS, "more than ten seconds");
    // The first picture of a kind loads classes, which is allocation, too: what counts comes after.
    if (allocated > MOST_ALLOCATED_BYTES) {
      check(
          decode(decoder, bytes) <= MOST_ALLOCATED_BYTES,
          "more memory than a picture of this size needs");
    }
  }

  /** Returns how many bytes were allocated. */
  private static long decode(ImageDecoder decoder, byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      DecodedImage decoded = decoder.decode(bytes);
      check((long) decoded.width() * decoded.height() <= MOST_PIXELS, "more pixels than allowed");
    } catch (ImageException e) {
      check(e.errorCode() != ImageErrorCode.DECODING_OUT_OF_MEMORY, "out of memory");
      // The decoders are to check what they read.
      check(
          !(e.getCause() instanceof RuntimeException),
          "an exception that was not foreseen: " + e.getCause());
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
