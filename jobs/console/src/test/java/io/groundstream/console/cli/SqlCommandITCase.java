package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.cli.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlCommandITCase {
  private static final Path SCENES = Path.of("..", "demo-scenes");

  @Test
  void runsStatementsAndPrintsTheirResults() {
    CommandRun run =
        CommandRun.groundstream(
            "sql",
            "--batch",
            "-e",
            "SET 'table.local-time-zone' = 'UTC'; SELECT iou(ROW(0, 0, 1, 1), ROW(0, 0, 0.5, 1)) AS"
                + " shared",
            "-e",
            "SHOW MODELS");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("shared", "0.5", "1 row in set", "kosmos");
  }

  @Test
  void groundsTheImagesOfAFileIntoAnother(@TempDir Path folder) throws Exception {
    Path images = Files.createDirectories(folder.resolve("images"));
    Files.write(
        images.resolve("a.json"),
        List.of(
            "{\"id\": \"a\", \"image\": \"%s\"}"
                .formatted(
                    Base64.getEncoder()
                        .encodeToString(Files.readAllBytes(SCENES.resolve("scene-000.jpg")))),
            "{\"id\": \"b\", \"image\": \"AAAA\"}"));
    Path script = folder.resolve("script.sql");
    Files.writeString(
        script,
        """
        CREATE TABLE images (id STRING, image BYTES) WITH ('connector' = 'filesystem',
          'path' = '%s', 'format' = 'json');
        -- Written before it is read.
        CREATE TABLE captions (id STRING, caption STRING, error_code STRING) WITH ('connector' =
          'filesystem', 'path' = '%s', 'format' = 'csv');
        INSERT INTO captions SELECT id, caption, error_code FROM ML_PREDICT(
          (SELECT id, image, 'caption' AS task, CAST(NULL AS STRING) AS `text` FROM images),
          MODEL kosmos, DESCRIPTOR(image, task, `text`));
        SELECT * FROM captions;
        """
            .formatted(images.toUri(), folder.resolve("captions").toUri()));

    CommandRun run = CommandRun.groundstream("sql", "--batch", script.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern("a \\| +An image of a mushroom and a ball\\. \\|")
        .contains("image-format-unknown", "2 rows in set");
  }

  @Test
  void aScriptMayMakeTheModelAndTheModuleItself() {
    CommandRun run =
        CommandRun.groundstream(
            "sql",
            "-e",
            "CREATE MODEL kosmos INPUT (image BYTES) OUTPUT (caption STRING) WITH ('provider' ="
                + " 'groundstream', 'model.checkpoint' = '/models/none');"
                + " LOAD MODULE groundstream WITH ('model.checkpoint' = '/models/none');"
                + " SHOW MODELS");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("kosmos");
  }

  @Test
  void namesTheStatementThatFailed() {
    CommandRun run =
        CommandRun.groundstream(
            "sql", "-e", "SHOW MODULES; SELECT iou(1, 2); CREATE DATABASE unreached");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .startsWith("error: statement 2 (SELECT iou(1, 2)): ")
        .contains("a: INT NOT NULL (expected: ROW<x_min DOUBLE,")
        .doesNotContain("\tat ");
  }

  @Test
  void refusesAMissingStatementAndAWrongOption() {
    CommandRun nothing = CommandRun.groundstream("sql");
    assertThat(nothing.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(nothing.err()).contains("Missing statements: a FILE, or --execute");
    CommandRun device = CommandRun.groundstream("sql", "--device", "tpu", "-e", "SHOW TABLES");
    assertThat(device.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(device.err()).contains("model.device: tpu (expected: auto, cpu or gpu:N)");
  }

  @Test
  void printsTheTopicsAsTables() {
    CommandRun run =
        CommandRun.groundstream(
            "sql",
            "ddl",
            "-D",
            "kafka.topics.phrases=found",
            "--bootstrap-servers",
            "broker:9092",
            "--schema-registry",
            "http://registry:8081",
            "-D",
            "properties.security.protocol=SASL_SSL",
            "-D",
            "properties.client.id=sql",
            "--property",
            "security.protocol=SSL",
            "--registry-property",
            "basic.auth.user.info=me:it's",
            "--registry-property",
            "schema.registry.ssl.truststore.location=/trust",
            "phrases");
    assertThat(run.err())
        .startsWith(
            "schema-registry.properties.schema.registry.ssl.truststore.location: not in the"
                + " tables");
    assertThat(run.out())
        .startsWith("CREATE TABLE `phrases` (\n  `phrase_id` STRING NOT NULL,\n")
        .contains(
            "`event_time` TIMESTAMP(3),",
            "'topic' = 'found'",
            "'properties.bootstrap.servers' = 'broker:9092'",
            "'properties.security.protocol' = 'SSL'",
            "'properties.client.id' = 'sql'",
            "'value.avro-confluent.basic-auth.credentials-source' = 'USER_INFO'",
            "'value.avro-confluent.basic-auth.user-info' = 'me:it''s'",
            "'value.avro-confluent.url' = 'http://registry:8081'");
  }
}
