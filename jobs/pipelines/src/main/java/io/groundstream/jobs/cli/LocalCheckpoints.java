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
 * The folder for the checkpoints of a job that runs in this process. By default Flink keeps
 * checkpoints in memory and rejects those above 5 MB, a size that a few large images in flight
 * reach. So unless the configuration names a folder, checkpoints go to a temporary one, which is
 * removed when the job has ended, because they only serve the job's own restarts. Thread-safe.
 */
final class LocalCheckpoints implements AutoCloseable {
  private final @Nullable Path folder;

  private LocalCheckpoints(@Nullable Path folder) {
    this.folder = folder;
  }

  /**
   * Sets a folder for a job's checkpoints, unless its configuration names one.
   *
   * @throws CommandException if no temporary folder can be created
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
          "No folder for checkpoints can be created in %s: %s (expected: a writable java.io.tmpdir, or"
                  .formatted(System.getProperty("java.io.tmpdir"), e)
              + " flink.execution.checkpointing.dir in the configuration)",
          e);
    }
  }

  /** Removes the folder if it is the temporary one. */
  @Override
  public void close() {
    if (folder != null) {
      FileUtils.deleteDirectoryQuietly(folder.toFile());
    }
  }
}
