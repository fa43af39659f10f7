package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.jobs.cli.ExitCodes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EnrichCommandITCase {
  @TempDir Path directory;

  @Test
  @Timeout(60)
  void aTopicThatIsNotThereIsToldBeforeAnythingStarts() throws Exception {
    try (LocalKafka kafka = LocalKafka.start(directory, 0)) {
      CommandRun run =
          CommandRun.groundstream(
              "enrich",
              "-Dkafka.bootstrap-servers=" + kafka.bootstrapServers(),
              "-Dkafka.topics.events=nowhere",
              "-Dschema-registry.url=http://127.0.0.1:1",
              "-Dmodel.checkpoint=" + Path.of("..", "..", "model-serving", "demo-checkpoint"));
      assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(run.err())
          .startsWith("error: The job did not start: kafka.topics.")
          .contains("(expected: a topic that exists");
    }
  }
}
