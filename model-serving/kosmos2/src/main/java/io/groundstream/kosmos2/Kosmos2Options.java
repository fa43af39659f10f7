package io.groundstream.kosmos2;

import io.groundstream.images.ImageOptions;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.EngineOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The options for loading and running a model. Equal options can share one loaded model.
 *
 * @param checkpoint the directory of a Hugging Face Kosmos-2 checkpoint
 * @param adapter the directory of a LoRA adapter that is merged into the weights; null for the one
 *     in {@code checkpoint}, if there is one
 * @param modelName the model name for output records; null for the directory's name
 * @param revision the model revision for output records; null for a hash of the weights
 * @param device the device to run on
 * @param precision the number format to compute in
 * @param engine the sizes of batch and queue
 * @param imageOptions which images are accepted and how they are decoded
 * @param followsGenerationConfig whether requests that say nothing about n-grams follow the
 *     checkpoint's {@code generation_config.json}
 * @param threads the maximum number of threads per operation on a CPU; at least 1
 */
public record Kosmos2Options(
    Path checkpoint,
    @Nullable Path adapter,
    @Nullable String modelName,
    @Nullable String revision,
    DeviceSpec device,
    Precision precision,
    EngineOptions engine,
    ImageOptions imageOptions,
    boolean followsGenerationConfig,
    int threads) {

  public Kosmos2Options {
    checkpoint = checkpoint.toAbsolutePath().normalize();
    adapter = adapter == null ? null : adapter.toAbsolutePath().normalize();
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
    }
  }

  /** Returns a copy of these options with another number format. */
  public Kosmos2Options withPrecision(Precision other) {
    return new Kosmos2Options(
        checkpoint,
        adapter,
        modelName,
        revision,
        device,
        other,
        engine,
        imageOptions,
        followsGenerationConfig,
        threads);
  }

  /**
   * Opens the checkpoint and its adapter.
   *
   * @throws CheckpointException if either is damaged, incomplete or not supported
   */
  public Checkpoint openCheckpoint() throws CheckpointException {
    return Checkpoint.open(checkpoint, adapter);
  }

  /**
   * Returns a builder for the model in the given directory, with defaults for all other options.
   */
  public static Builder builder(Path checkpoint) {
    return new Builder(checkpoint);
  }

  /** A builder of options. Not thread-safe. */
  public static final class Builder {
    private final Path checkpoint;
    private @Nullable Path adapter;
    private @Nullable String modelName;
    private @Nullable String revision;
    private DeviceSpec device = DeviceSpec.AUTO;
    private Precision precision = Precision.AUTO;
    private int maxBatchSize;
    private int queueCapacity = 64;
    private long memoryBytes;
    private boolean warmUp = true;
    private ImageOptions imageOptions = ImageOptions.defaults();
    private boolean followsGenerationConfig = true;
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder(Path checkpoint) {
      this.checkpoint = checkpoint;
    }

    /**
     * Sets the directory of a LoRA adapter. Default: the one in the checkpoint's directory, if
     * there is one.
     */
    public Builder optAdapter(@Nullable Path value) {
      adapter = value;
      return this;
    }

    /** Sets the model name for output records. Default: the directory's name. */
    public Builder optModelName(@Nullable String value) {
      modelName = value;
      return this;
    }

    /** Sets the model revision for output records. Default: a hash of the weights. */
    public Builder optRevision(@Nullable String value) {
      revision = value;
      return this;
    }

    /** Sets the device to run on. Default: {@code auto}. */
    public Builder optDevice(DeviceSpec value) {
      device = value;
      return this;
    }

    /** Sets the number format. Default: {@code auto}. */
    public Builder optPrecision(Precision value) {
      precision = value;
      return this;
    }

    /**
     * Sets the maximum number of sequences generated at once, which must fit into memory. Default,
     * also for 0: as many as fit, up to 48 on a CPU and 256 on a GPU.
     */
    public Builder optMaxBatchSize(int value) {
      maxBatchSize = value;
      return this;
    }

    /** Sets the maximum number of waiting requests. Default: 64. */
    public Builder optQueueCapacity(int value) {
      queueCapacity = value;
      return this;
    }

    /**
     * Sets the approximate maximum of device memory, in bytes, for the weights, the key/value cache
     * and one step. Default, also for 0: the free memory.
     */
    public Builder optMemoryBytes(long value) {
      memoryBytes = value;
      return this;
    }

    /**
     * Sets whether to run batches of every shape before the first request, which takes some
     * seconds. Default: true.
     */
    public Builder optWarmUp(boolean value) {
      warmUp = value;
      return this;
    }

    /** Sets which images are accepted and how they are decoded. */
    public Builder optImageOptions(ImageOptions value) {
      imageOptions = value;
      return this;
    }

    /**
     * Sets whether requests that say nothing about n-grams follow the checkpoint's {@code
     * generation_config.json}. Default: true.
     */
    public Builder optFollowsGenerationConfig(boolean value) {
      followsGenerationConfig = value;
      return this;
    }

    /** Sets the maximum number of threads per operation on a CPU. Default: all processors. */
    public Builder optThreads(int value) {
      threads = value;
      return this;
    }

    /**
     * Builds the options.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Kosmos2Options build() {
      return new Kosmos2Options(
          checkpoint,
          adapter,
          modelName,
          revision,
          device,
          precision,
          new EngineOptions(maxBatchSize, queueCapacity, memoryBytes, warmUp),
          imageOptions,
          followsGenerationConfig,
          threads);
    }
  }
}
