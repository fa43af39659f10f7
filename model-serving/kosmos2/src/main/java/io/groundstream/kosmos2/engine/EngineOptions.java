package io.groundstream.kosmos2.engine;

/**
 * The sizes of an engine.
 *
 * @param maxBatchSize the most sequences that are generated at once; 0 for as many as the memory
 *     allows, within reason
 * @param queueCapacity the most requests that wait; at least 1. Whoever submits more is held back.
 * @param memoryBytes the most of the device's memory that weights, key/value cache and one step may
 *     take, about; 0 for what is free when the model is loaded
 * @param warmUp whether every shape of batch is tried before the first request
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

  /** So many at once, in whatever memory there is, without warm-up. */
  public EngineOptions(int maxBatchSize, int queueCapacity) {
    this(maxBatchSize, queueCapacity, 0, false);
  }

  /** Returns the same with a batch size. */
  EngineOptions withMaxBatchSize(int size) {
    return new EngineOptions(size, queueCapacity, memoryBytes, warmUp);
  }
}
