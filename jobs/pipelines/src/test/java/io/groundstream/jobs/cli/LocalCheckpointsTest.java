package io.groundstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class LocalCheckpointsTest {
  @Test
  void aFolderIsChosenAndRemoved() throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    Path folder;
    try (LocalCheckpoints checkpoints = LocalCheckpoints.of(environment)) {
      folder =
          Path.of(
              URI.create(
                  environment.getConfiguration().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)));
      assertThat(folder).isDirectory();
      Path unused =
          Files.writeString(Files.createDirectory(folder.resolve("job")).resolve("chk"), "state");
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void aConfiguredFolderIsKept() throws Exception {
    Configuration configured = new Configuration();
    configured.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "s3://bucket/checkpoints");
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configured);
    try (LocalCheckpoints checkpoints = LocalCheckpoints.of(environment)) {
      assertThat(environment.getConfiguration().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
          .isEqualTo("s3://bucket/checkpoints");
    }
  }
}
