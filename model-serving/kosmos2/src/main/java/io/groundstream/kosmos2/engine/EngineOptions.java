package io.groundstream.kosmos2.engine;

/**
 * The sizes of an engine.
 *
 * @param maxBatchSize the maximum number of sequences generated at once; 0 for as many as fit into
 *     memory, up to a limit per kind of device
 * @param queueCapacity the maximum number of waiting requests; at least 1. Further submissions
 *     block.
 * @param memoryBytes the approximate maximum of device memory, in bytes, for the weights, the
 *     key/value cache and one step; 0 for the memory that is free when the model is loaded
 * @param warmUp whether to run batches of every shape before the first request
 */
public record EngineOptions(int maxBatchSize, int queueCapacity, long memoryBytes, boolean warmUp) {
  public EngineOptions {
    if (maxBatchSize < 0) {
      throw new IllegalArgumentException(
          "maxBatchSize: " + maxBatchSize + " (expected: >= 1, or 0 for what fits)");
    }
    if (queueCapacity < 1) {
      throw new IllegalArgumentException("queueCapacity: " + queueCapacity + " (expected: >= 1)");
    }
    if (memoryBytes < 0) {
      throw new IllegalArgumentException(
          "memoryBytes: " + memoryBytes + " (expected: >= 1, or 0 for what is free)");
    }
  }

  /** Creates options that use the free memory, without warm-up. */
  public EngineOptions(int maxBatchSize, int queueCapacity) {
    this(maxBatchSize, queueCapacity, 0, false);
  }

  /** Returns a copy of these options with another batch size. */
  EngineOptions withMaxBatchSize(int size) {
    return new EngineOptions(size, queueCapacity, memoryBytes, warmUp);
  }
}
