package io.groundstream.kosmos2.program;

/** Listens to the progress of loading the weights. Called on the loading thread. */
@FunctionalInterface
public interface LoadProgress {
  /** Ignores progress. */
  LoadProgress NONE = (loadedBytes, totalBytes) -> {};

  /**
   * Reports that {@code loadedBytes} of {@code totalBytes} weight bytes in the files are loaded.
   */
  void onProgress(long loadedBytes, long totalBytes);
}
