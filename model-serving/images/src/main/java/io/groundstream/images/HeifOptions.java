package io.groundstream.images;

import java.io.Serializable;
import java.util.Locale;

/**
 * Options for decoding AVIF and HEIC, which needs libavif and libheif on this machine. They run in
 * separate processes, because hostile images can break them.
 *
 * @param avif whether to decode AVIF
 * @param heic whether to decode HEIC, and HEIF whose brands do not name its coding
 * @param processes the number of images decoded at once, 1 to 64
 * @param memoryBytes the memory that a process may use for an image, in addition to its own; at
 *     least 64 MiB
 */
public record HeifOptions(boolean avif, boolean heic, int processes, long memoryBytes)
    implements Serializable {
  /** Enough for 50 million pixels of 8 bits with alpha. */
  public static final long DEFAULT_MEMORY_BYTES = 1L << 30;

  private static final int MAX_PROCESSES = 64;
  private static final long MIN_MEMORY = 64L << 20;

  private static final HeifOptions OFF = new HeifOptions(false, false, 1, DEFAULT_MEMORY_BYTES);

  public HeifOptions {
    if (processes < 1 || processes > MAX_PROCESSES) {
      throw new IllegalArgumentException(
          "processes: " + processes + " (expected: 1 to " + MAX_PROCESSES + ")");
    }
    if (memoryBytes < MIN_MEMORY) {
      throw new IllegalArgumentException(
          "memoryBytes: " + memoryBytes + " (expected: at least " + MIN_MEMORY + ")");
    }
  }

  /** Returns the options that decode neither format. */
  public static HeifOptions off() {
    return OFF;
  }

  /** Returns the default number of processes: one per processor, at most four. */
  public static int defaultProcesses() {
    return Math.min(4, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Parses the formats to decode, with defaults for everything else.
   *
   * @param formats off, avif, heic or all, in any case
   * @throws IllegalArgumentException if it is anything else
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

  /** Returns the formats as {@link #parse} accepts them. */
  public String formats() {
    if (avif) {
      return heic ? "all" : "avif";
    }
    return heic ? "heic" : "off";
  }

  /** Returns whether AVIF, HEIC or both are decoded. */
  public boolean isOn() {
    return avif || heic;
  }

  /** Returns the same formats with other limits. */
  public HeifOptions withLimits(int otherProcesses, long otherMemoryBytes) {
    return new HeifOptions(avif, heic, otherProcesses, otherMemoryBytes);
  }

  boolean reads(ImageFormat format) {
    return (format == ImageFormat.AVIF && avif) || (format == ImageFormat.HEIC && heic);
  }
}
