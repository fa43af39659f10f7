package io.groundstream.model.engine;

/**
 * The sizes of an engine.
 *
 * @param maxBatchSize the most sequences that are generated at once; at least 1
 * @param queueCapacity the most requests that wait; at least 1. Whoever submits more is held back.
 */
public record EngineOptions(int maxBatchSize, int queueCapacity) {
  public EngineOptions {
    if (maxBatchSize < 1) {
      throw new IllegalArgumentException("maxBatchSize: " + maxBatchSize + " (expected: >= 1)");
    }
    if (queueCapacity < 1) {
      throw new IllegalArgumentException("queueCapacity: " + queueCapacity + " (expected: >= 1)");
    }
  }
}
