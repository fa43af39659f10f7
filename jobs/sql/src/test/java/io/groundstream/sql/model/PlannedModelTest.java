package io.groundstream.sql.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is checked of a model before a query runs. No model is loaded. */
class PlannedModelTest {
  private static final String CHECKPOINT = "'model.checkpoint' = '/nowhere'";

  private final TableEnvironment tables =
      TableEnvironment.create(EnvironmentSettings.inStreamingMode());

  @BeforeEach
  void createTable() {
    tables.executeSql(
        "CREATE TABLE frames (id INT, image BYTES, uri STRING, task STRING, `text` STRING,"
            + " box ROW<x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max DOUBLE>)"
            + " WITH ('connector' = 'datagen')");
  }

  @Test
  void plansAnyColumnsInAnyOrder() {
    assertThat(
            plan(
                "`text` STRING, image BYTES, task STRING",
                "error_code STRING, phrases ARRAY<ROW<boxes ARRAY<ROW<confidence DOUBLE, x_min"
                    + " FLOAT>>, phrase STRING, `start` INT, `end` BIGINT>>, caption STRING",
                CHECKPOINT + ", 'on-error' = 'row'",
                "`text`, image, task"))
        .contains("MLPredictTableFunction");
  }

  @Test
  void plansEveryColumnWithTheTypeThatMessagesName() {
    assertThat(
            plan(
                "image BYTES, task STRING, `text` STRING,"
                    + " box ROW<x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max DOUBLE>",
                Arrays.stream(OutputColumn.values())
                    .map(column -> column.columnName() + " " + column.shape().sql())
                    .collect(Collectors.joining(", ")),
                CHECKPOINT,
                "image, task, `text`, box"))
        .contains("MLPredictTableFunction");
  }

  @Test
  void refusesAModelWithoutACheckpoint() {
    assertRefused(
        "image BYTES",
        "caption STRING",
        "'task' = 'caption'",
        "image",
        "model.checkpoint: not set (expected: the directory of a Kosmos-2 checkpoint)");
  }

  @Test
  void refusesUnknownOptionsWithTheNearestNames() {
    assertRefused(
        "image BYTES",
        "caption STRING",
        CHECKPOINT + ", 'checkpoint' = '/a', 'model.devise' = 'cpu', 'grounding.capacity' = '5'",
        "image",
        "checkpoint: unknown key (expected: perhaps model.checkpoint)",
        "model.devise: unknown key (expected: perhaps model.device)",
        // An option of jobs: a query has Flink's max-concurrent-operations.
        "grounding.capacity: unknown key");
  }

  @Test
  void refusesWrongValuesAllAtOnce() {
    assertRefused(
        "image BYTES",
        "caption STRING",
        CHECKPOINT
            + ", 'model.device' = 'tpu', 'on-error' = 'ignore', 'task' = 'segment',"
            + " 'grounding.max-new-tokens' = '0', 'fetch.allowed-roots' = 'pictures',"
            + " 'box' = '0.5,0.5,0.2,0.7'",
        "image",
        "model.device: tpu (expected: auto, cpu or gpu:N)",
        "on-error: ignore (expected: fail, null or row)",
        "task: segment (expected: one of grounded-caption, detailed-caption, caption,"
            + " phrase-grounding",
        "grounding.max-new-tokens: 0 (expected: > 0)",
        "fetch.allowed-roots: pictures (expected: absolute paths of directories",
        "box: 0.5,0.5,0.2,0.7 (expected: x_min,y_min,x_max,y_max from 0 to 1");
  }

  @Test
  void refusesWrongInputColumns() {
    assertRefused(
        "id INT, `text` STRING",
        "caption STRING",
        CHECKPOINT,
        "id, `text`",
        "input column image: none (expected: a column of bytes, image BYTES, or of URIs, image"
            + " STRING)",
        "input column id: no such column (expected: some of image, task, text, box)");
    assertRefused(
        "image INT, task BYTES, box STRING",
        "caption STRING",
        CHECKPOINT,
        "id, image, uri",
        "input column image: INT (expected: BYTES, or STRING for URIs)",
        "input column task: BYTES (expected: STRING)",
        "input column box: STRING (expected: ROW<x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max"
            + " DOUBLE>, or an ARRAY of them)");
  }

  @Test
  void refusesWrongOutputColumns() {
    assertRefused(
        "image BYTES",
        "captions STRING, caption INT, answer VARCHAR(10), phrases ARRAY<ROW<phrase STRING, name"
            + " STRING>>, warnings STRING, error_code STRING NOT NULL",
        CHECKPOINT,
        "image",
        "output column captions: no such column (expected: some of caption, answer,",
        "output column caption: INT (expected: STRING)",
        "output column answer: VARCHAR(10) (expected: STRING)",
        "output column phrases.name: no such field (expected: one of phrase, ordinal, start, end,"
            + " boxes)",
        "output column warnings: STRING (expected: ARRAY<STRING>)",
        "output column error_code: STRING NOT NULL (expected: STRING without NOT NULL");
    assertRefused(
        "image BYTES",
        "phrases STRING, caption STRING NOT NULL",
        CHECKPOINT + ", 'on-error' = 'null'",
        "image",
        "output column phrases: STRING (expected: ARRAY<ROW<phrase STRING, `ordinal` INT, `start`"
            + " INT, `end` INT, boxes ARRAY<ROW<x_min DOUBLE",
        "output column caption: STRING NOT NULL (expected: STRING without NOT NULL");
  }

  @Test
  void refusesRowsOfErrorsWithoutAColumnForThem() {
    assertRefused(
        "image BYTES",
        "caption STRING",
        CHECKPOINT + ", 'on-error' = 'row'",
        "image",
        "on-error: row (expected: fail or null, or an output column error_code STRING that says"
            + " why)");
  }

  @Test
  void refusesDefaultsThatDoNotSuitTheTask() {
    assertRefused(
        "image BYTES",
        "caption STRING",
        CHECKPOINT + ", 'task' = 'phrase-grounding'",
        "image",
        "text: not set (expected: a text for the task phrase-grounding, or an input column text)");
    assertRefused(
        "image BYTES",
        "caption STRING",
        CHECKPOINT + ", 'task' = 'referring-expression', 'text' = 'a dog'",
        "image",
        "box: not set (expected: a box for the task referring-expression, or an input column box)",
        "text: a dog (expected: not set, since the task referring-expression takes none)");
    assertRefused(
        "image BYTES, task STRING",
        "caption STRING",
        CHECKPOINT + ", 'task' = 'score'",
        "image, task",
        "task: score (expected: one of grounded-caption,");
  }

  @Test
  void flinkRefusesColumnsOfAnotherType() {
    assertThatThrownBy(() -> plan("image BYTES", "caption STRING", CHECKPOINT, "id"))
        .hasStackTraceContaining("INT")
        .isInstanceOf(ValidationException.class);
  }

  /** Flink's rule, which docs/sql.md tells with its way round. */
  @Test
  void flinkRefusesUpdatesInStreams() {
    tables.executeSql(
        "CREATE MODEL m INPUT (image STRING) OUTPUT (caption STRING) WITH ('provider' ="
            + " 'groundstream', "
            + CHECKPOINT
            + ")");
    assertThatThrownBy(
            () ->
                tables.explainSql(
                    "SELECT * FROM ML_PREDICT((SELECT uri, COUNT(*) AS n FROM frames GROUP BY uri),"
                        + " MODEL m, DESCRIPTOR(uri))"))
        .hasStackTraceContaining("update");
  }

  private void assertRefused(
      String input, String output, String options, String arguments, String... messages) {
    assertThatThrownBy(() -> plan(input, output, options, arguments))
        .isInstanceOf(ValidationException.class)
        .satisfies(
            failure -> {
              Throwable root = failure;
              while (root.getCause() != null
                  && !root.getCause()
                      .getClass()
                      .getSimpleName()
                      .equals("InvalidConfigurationException")) {
                root = root.getCause();
              }
              assertThat(root).isInstanceOf(ValidationException.class);
              assertThat(root.getMessage()).contains(messages);
            });
  }

  private String plan(String input, String output, String options, String arguments) {
    tables.executeSql("DROP MODEL IF EXISTS m");
    tables.executeSql(
        "CREATE MODEL m INPUT (%s) OUTPUT (%s) WITH ('provider' = 'groundstream', %s)"
            .formatted(input, output, options));
    return tables.explainSql(
        "SELECT * FROM ML_PREDICT(TABLE frames, MODEL m, DESCRIPTOR(%s))".formatted(arguments));
  }
}
