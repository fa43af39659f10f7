package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.cli.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how {@code enrich} checks its configuration before it starts anything. */
class EnrichCommandTest {
  private static final String SAMPLE = Path.of("..", "..", "deploy", "enrich.yaml").toString();
  private static final String CHECKPOINT =
      "-Dmodel.checkpoint=" + Path.of("..", "..", "model-serving", "demo-checkpoint");

  @TempDir Path directory;

  @Test
  void theSampleIsFine() {
    CommandRun run = CommandRun.groundstream("enrich", "--config", SAMPLE, CHECKPOINT, "--check");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("The configuration is fine.");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    CommandRun run =
        CommandRun.groundstream(
            "enrich",
            "--config",
            SAMPLE,
            "-Dgrounding.capacity=0",
            "-Dgrounding.capacitee=7",
            "-Dkafka.delivery-guarantee=perhaps",
            "--check");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err())
        .contains("grounding.capacity: 0 (expected: ")
        .contains("grounding.capacitee")
        .contains("kafka.delivery-guarantee: perhaps (expected: ");
  }

  @Test
  void whatIsMissingOnThisMachineIsToldAtOnce() {
    CommandRun run =
        CommandRun.groundstream(
            "enrich",
            "--config",
            SAMPLE,
            "-Dmodel.checkpoint=/nowhere",
            "-Dfetch.allowed-roots=/not/here",
            "-Dproperties.security.protocol=SASL_SSL",
            "-Dproperties.sasl.mechanism=PLAIN",
            "--check");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .contains("/nowhere: no such directory")
        .contains("/not/here (expected: a folder")
        .contains("JAAS")
        .contains("The job would not start: 3 problems.");
  }

  @Test
  void aBrokerThatDoesNotAnswerIsToldWhereThatIsAsked() {
    CommandRun run =
        CommandRun.groundstream(
            "enrich",
            "--config",
            SAMPLE,
            CHECKPOINT,
            "-Dkafka.bootstrap-servers=127.0.0.1:1",
            "-Dschema-registry.url=http://127.0.0.1:1",
            "--check",
            "--connect");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .contains("no broker answers at 127.0.0.1:1")
        .contains("Connection refused");
    assertThat(CommandRun.groundstream("enrich", "--config", SAMPLE, "--connect").exitCode())
        .isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void aLoginThatCannotWorkEndsTheStart() {
    List<String> arguments =
        List.of(
            "enrich",
            "--config",
            SAMPLE,
            CHECKPOINT,
            "-Dproperties.security.protocol=SASL_PLAINTEXT",
            "-Dproperties.sasl.mechanism=NONSENSE",
            "-Dproperties.sasl.jaas.config=org.apache.kafka.common.security.plain"
                + ".PlainLoginModule required username=\"u\" password=\"pw-of-u\";");
    List<String> checked = new ArrayList<>(arguments);
    checked.add("--check");
    for (List<String> way : List.of(arguments, checked)) {
      CommandRun run = CommandRun.groundstream(way.toArray(new String[0]));
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
      assertThat(run.err())
          .contains("properties.sasl.mechanism: NONSENSE (expected: ")
          .contains("SCRAM-SHA-512")
          .doesNotContain("pw-of-u");
    }
  }

  @Test
  void requiredKeysAreNamed() {
    CommandRun run = CommandRun.groundstream("enrich", "--check");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err())
        .contains("kafka.bootstrap-servers", "schema-registry.url", "model.checkpoint");
  }

  @Test
  void keysMayBeNestedAndTheCommandLineWins() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("nested.yaml"),
            """
            kafka:
              bootstrap-servers: localhost:9092
              topics:
                events: mine
            schema-registry.url: http://localhost:8081
            model:
              checkpoint: here
              max-batch-size: 0
            grounding:
              default-tasks: [grounded-caption, caption]
            """);
    CommandRun wrong = CommandRun.groundstream("enrich", "--config", file.toString(), "--check");
    assertThat(wrong.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(wrong.err()).contains("model.max-batch-size: 0");
    CommandRun right =
        CommandRun.groundstream(
            "enrich",
            "--config",
            file.toString(),
            "-Dmodel.max-batch-size=4",
            CHECKPOINT,
            "--check");
    assertThat(right.exitCode()).as(right.err()).isZero();
  }

  @Test
  void aFileThatIsNoYamlIsRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("broken.yaml"), "a: [1, 2\n b: }");
    CommandRun run = CommandRun.groundstream("enrich", "--config", file.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err()).startsWith("error: --config " + file + ": ");
    CommandRun missing = CommandRun.groundstream("enrich", "--config", "no/such.yaml");
    assertThat(missing.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(missing.err()).contains("no such file");
  }
}
