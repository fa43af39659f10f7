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
        || message.contains("out_of_memory")
        || message.contains("cublas_status_alloc_failed")
        || message.contains("cudnn_status_alloc_failed")
        // The libraries create their handles with the first call, and then lack the memory for it.
        || message.contains("cublas_status_not_initialized")
        || message.contains("cudnn_status_not_initialized")
        // The allocator's report of a lack fails where the driver's library does not answer.
        || message.contains("nvml_success == ");
  }

  /**
   * Whether the device itself reports an error, other than a lack of memory. Most of these, such as
   * an illegal address, an assertion of a kernel or a device that is gone, make every later call of
   * the process fail.
   */
  static boolean isDeviceError(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return !isOutOfMemory(failure)
        && (message.contains("CUDA error") || message.contains("CUDA driver error"));
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
