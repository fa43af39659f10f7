package io.groundstream.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * Where a job that runs in this process keeps its checkpoints. By itself Flink keeps them in memory
 * and refuses those above 5 MB, which a few large pictures in flight make. So unless the
 * configuration says where, they go to a temporary folder, which is removed when the job has ended:
 * they serve the job's own restarts. Thread-safe.
 */
final class LocalCheckpoints implements AutoCloseable {
  private final @Nullable Path folder;

  private LocalCheckpoints(@Nullable Path folder) {
    this.folder = folder;
  }

  /**
   * Gives a job a folder for its checkpoints, unless its configuration has decided.
   *
   * @throws CommandException if there can be no temporary folder
   */
  static LocalCheckpoints of(StreamExecutionEnvironment environment) throws CommandException {
    ReadableConfig configured = environment.getConfiguration();
    if (configured.getOptional(CheckpointingOptions.CHECKPOINT_STORAGE).isPresent()
        || configured.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY).isPresent()) {
      return new LocalCheckpoints(null);
    }
    try {
      Path folder = Files.createTempDirectory("groundstream-checkpoints-");
      Configuration chosen = new Configuration();
      chosen.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.toUri().toString());
      environment.configure(chosen);
      return new LocalCheckpoints(folder);
    } catch (IOException e) {
      throw new CommandException(
          "There can be no folder for checkpoints in %s: %s (expected: a writable java.io.tmpdir, or"
                  .formatted(System.getProperty("java.io.tmpdir"), e)
              + " flink.execution.checkpointing.dir in the configuration)",
          e);
    }
  }

  /** Removes the folder, if it was chosen here. */
  @Override
  public void close() {
    if (folder != null) {
      FileUtils.deleteDirectoryQuietly(folder.toFile());
    }
  }
}
