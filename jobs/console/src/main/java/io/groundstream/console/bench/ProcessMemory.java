package io.groundstream.console.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory of this process as Linux counts it, in bytes; elsewhere, everything is 0.
 *
 * @param resident what is in memory now (VmRSS)
 * @param peak the most that was in memory since the last {@link #resetPeak()} (VmHWM)
 * @param anonymous the part of {@code resident} that is not backed by a file
 * @param files the part of {@code resident} that is backed by files, such as libraries
 */
record ProcessMemory(long resident, long peak, long anonymous, long files) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  /** Resets the peak to what is resident now. */
  private static final String RESET_PEAK = "5";

  private static final long BYTES_PER_KIBIBYTE = 1024;

  static ProcessMemory now() {
    try {
      List<String> lines = Files.readAllLines(STATUS);
      return new ProcessMemory(
          bytes(lines, "VmRSS:"),
          bytes(lines, "VmHWM:"),
          bytes(lines, "RssAnon:"),
          bytes(lines, "RssFile:") + bytes(lines, "RssShmem:"));
    } catch (IOException e) {
      return new ProcessMemory(0, 0, 0, 0);
    }
  }

  /** Forgets the peak; returns whether the system allows that. */
  static boolean resetPeak() {
    try {
      Files.writeString(RESET, RESET_PEAK);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static long bytes(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> BYTES_PER_KIBIBYTE * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
