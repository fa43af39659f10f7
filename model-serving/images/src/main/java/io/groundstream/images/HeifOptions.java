package io.groundstream.images;

import java.io.Serializable;
import java.util.Locale;

/**
 * Whether AVIF and HEIC are read, which takes libavif and libheif on this machine. They run in
 * processes of their own, because they are not safe from what strangers send.
 *
 * @param avif whether AVIF is read
 * @param heic whether HEIC is read, and HEIF without a brand that names its coding
 * @param processes how many pictures are decoded at once
 * @param memoryBytes how much memory one process may take for a picture, beside itself
 */
public record HeifOptions(boolean avif, boolean heic, int processes, long memoryBytes)
    implements Serializable {
  /** Suffices for 50 million pixels of 8 bits with alpha. */
  public static final long DEFAULT_MEMORY_BYTES = 1L << 30;

  private static final int MOST_PROCESSES = 64;
  private static final long LEAST_MEMORY = 64L << 20;

  private static final HeifOptions OFF = new HeifOptions(false, false, 1, DEFAULT_MEMORY_BYTES);

  public HeifOptions {
    if (processes < 1 || processes > MOST_PROCESSES) {
      throw new IllegalArgumentException(
          "processes: " + processes + " (expected: 1 to " + MOST_PROCESSES + ")");
    }
    if (memoryBytes < LEAST_MEMORY) {
      throw new IllegalArgumentException(
          "memoryBytes: " + memoryBytes + " (expected: at least " + LEAST_MEMORY + ")");
    }
  }

  /** Returns that neither is read. */
  public static HeifOptions off() {
    return OFF;
  }

  /** Returns four processes, or one for each processor if there are fewer. */
  public static int defaultProcesses() {
    return Math.min(4, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Reads what a person wants to be read, with the defaults of everything else.
   *
   * @throws IllegalArgumentException if it is not off, avif, heic or all
   */
  public static HeifOptions parse(String formats) {
    String wanted = formats.toLowerCase(Locale.ROOT);
    if (wanted.equals("off")) {
      return OFF;
    }
    boolean all = wanted.equals("all");
    boolean avif = all || wanted.equals("avif");
    boolean heic = all || wanted.equals("heic");
    if (!avif && !heic) {
      throw new IllegalArgumentException(formats + " (expected: off, avif, heic or all)");
    }
    return new HeifOptions(avif, heic, defaultProcesses(), DEFAULT_MEMORY_BYTES);
  }

  /** Returns what {@link #parse} takes. */
  public String formats() {
    if (avif) {
      return heic ? "all" : "avif";
    }
    return heic ? "heic" : "off";
  }

  /** Whether anything is read. */
  public boolean isOn() {
    return avif || heic;
  }

  /** Returns the same with other limits. */
  public HeifOptions withLimits(int otherProcesses, long otherMemoryBytes) {
    return new HeifOptions(avif, heic, otherProcesses, otherMemoryBytes);
  }

  boolean reads(ImageFormat format) {
    return (format == ImageFormat.AVIF && avif) || (format == ImageFormat.HEIC && heic);
  }
}
