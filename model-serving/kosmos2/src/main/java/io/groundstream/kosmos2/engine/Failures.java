package io.groundstream.kosmos2.engine;

import java.util.Locale;

/** Classifies PyTorch's error messages. */
final class Failures {
  private Failures() {}

  /**
   * Returns whether the device ran out of memory, judging by messages of PyTorch's CPU and GPU
   * allocators.
   */
  static boolean isOutOfMemory(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("out of memory")
        || message.contains("can't allocate memory")
        || message.contains("out_of_memory")
        || message.contains("cublas_status_alloc_failed")
        || message.contains("cudnn_status_alloc_failed")
        // The libraries create their handles on the first call, which may run out of memory.
        || message.contains("cublas_status_not_initialized")
        || message.contains("cudnn_status_not_initialized")
        // The allocator's out-of-memory report itself fails if NVML does not respond.
        || message.contains("nvml_success == ");
  }

  /**
   * Returns whether the device reports an error other than a lack of memory. Most of these errors,
   * such as an illegal address, a failed kernel assertion or a missing device, make every later
   * call of the process fail.
   */
  static boolean isDeviceError(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return !isOutOfMemory(failure)
        && (message.contains("CUDA error") || message.contains("CUDA driver error"));
  }

  /**
   * Returns the reason for a failure: PyTorch's messages quote the program's source at length, and
   * their last line states the reason.
   */
  static String reason(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((earlier, later) -> later.startsWith("at ") ? earlier : later)
        .orElse("");
  }
}
