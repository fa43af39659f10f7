package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.jobs.cli.ExitCodes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts a job whose topics are not there, also where brokers create topics. */
@Timeout(180)
class MissingTopicsITCase {
  @TempDir Path folder;

  @Test
  void namedTopicsOfEventsMustBeThere() throws Exception {
    try (LocalKafka kafka =
            LocalKafka.start(folder, 0, Map.of("auto.create.topics.enable", "true"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("there", 1, (short) 1))).all().get();
      CommandRun run =
          CommandRun.groundstream(
              "enrich",
              "-Dkafka.bootstrap-servers=" + kafka.bootstrapServers(),
              "-Dschema-registry.url=http://127.0.0.1:1",
              "-Dmodel.checkpoint=" + Path.of("..", "..", "model-serving", "demo-checkpoint"),
              "-Dkafka.topics.events=there;framse;shop.prodcut");
      assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(run.err())
          .contains("kafka.topics.events: framse, shop.prodcut (expected: topics that exist;")
          .contains("kafka.topics.events-pattern");
      // Looking does not create them.
      assertThat(admin.listTopics().names().get()).isEqualTo(Set.of("there"));
    }
  }
}
