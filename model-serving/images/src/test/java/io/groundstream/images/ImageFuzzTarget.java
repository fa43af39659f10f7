package io.groundstream.images;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * The target of a fuzzer: any bytes decode or fail with a code of their stage, in bounded time and
 * memory, with any options. README.md beside this file describes how to run a fuzzer; {@link
 * ImageFuzzRegressionTest} calls the target with earlier findings.
 */
public final class ImageFuzzTarget {
  private static final long MAX_PIXELS = 1_000_000;
  private static final ImageOptions REFERENCE =
      ImageOptions.defaults().withLimits(ImageLimits.defaults().withMaxPixels(MAX_PIXELS));
  private static final ImageDecoder PLAIN = new ImageDecoder(REFERENCE);
  private static final ImageDecoder EVERYTHING =
      new ImageDecoder(
          REFERENCE
              .withBackground(new Background(1, 2, 3))
              .withColorProfiles(true)
              .withTruncated(true));

  /** Generous, for busy machines: images of a million pixels take a tenth of it. */
  private static final long MAX_NANOS = 10_000_000_000L;

  /** The total that a decode may allocate, rather than hold at once. */
  private static final long MAX_ALLOCATED_BYTES = 40 * MAX_PIXELS + (48 << 20);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private ImageFuzzTarget() {}

  /** Decodes and checks; Jazzer requires this name. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    check(PLAIN, bytes);
    check(EVERYTHING, bytes);
  }

  private static void check(ImageDecoder decoder, byte[] bytes) {
    long start = System.nanoTime();
    long allocated = decode(decoder, bytes);
    check(System.nanoTime() - start < MAX_NANOS, "more than ten seconds");
    // The first image of a kind also allocates memory for loading classes, so a second decode
    // counts.
    if (allocated > MAX_ALLOCATED_BYTES) {
      check(
          decode(decoder, bytes) <= MAX_ALLOCATED_BYTES,
          "more memory than an image of this size needs");
    }
  }

  /** Returns the number of bytes allocated. */
  private static long decode(ImageDecoder decoder, byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      DecodedImage decoded = decoder.decode(bytes);
      check((long) decoded.width() * decoded.height() <= MAX_PIXELS, "more pixels than allowed");
    } catch (ImageException e) {
      check(e.errorCode() != ImageErrorCode.DECODING_OUT_OF_MEMORY, "out of memory");
      // Decoders must check the values that they read.
      check(
          !(e.getCause() instanceof RuntimeException), "an unexpected exception: " + e.getCause());
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
