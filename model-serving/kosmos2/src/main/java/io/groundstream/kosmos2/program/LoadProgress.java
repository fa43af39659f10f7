package io.groundstream.kosmos2.program;

/** Is told how far the loading of the weights has come. Called on the loading thread. */
@FunctionalInterface
public interface LoadProgress {
  /** Tells nobody. */
  LoadProgress NONE = (loadedBytes, totalBytes) -> {};

  /** {@code loadedBytes} of {@code totalBytes} weight bytes, as stored in the files, are loaded. */
  void onProgress(long loadedBytes, long totalBytes);
}
