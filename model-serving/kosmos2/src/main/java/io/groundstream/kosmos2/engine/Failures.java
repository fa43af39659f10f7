package io.groundstream.kosmos2.engine;

import java.util.Locale;

/** Reads what PyTorch says when a call fails. */
final class Failures {
  private Failures() {}

  /** Whether the device's memory did not suffice, as its allocators for CPUs and GPUs put it. */
  static boolean isOutOfMemory(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("out of memory")
        || message.contains("can't allocate memory")
        || message.contains("cublas_status_alloc_failed");
  }

  /** PyTorch's messages quote the program's source at length; the last line says what was wrong. */
  static String reason(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((earlier, later) -> later.startsWith("at ") ? earlier : later)
        .orElse("");
  }
}
