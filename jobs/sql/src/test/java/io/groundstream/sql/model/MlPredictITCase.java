package io.groundstream.sql.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.kosmos2.text.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code ML_PREDICT} with the demo's model on a local cluster, beside the library's own answers.
 */
class MlPredictITCase {
  private static final Path CHECKPOINT =
      Path.of("..", "..", "model-serving", "demo-checkpoint").toAbsolutePath().normalize();
  private static final Path SCENES = Path.of("..", "demo-scenes").toAbsolutePath().normalize();
  private static final String OUTPUT =
      "caption STRING, answer STRING, phrases ARRAY<ROW<phrase STRING, `start` INT, `end` INT,"
          + " boxes ARRAY<ROW<x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max DOUBLE, confidence"
          + " DOUBLE>>>>, finish_reason STRING, prompt_tokens INT, generated_tokens INT,"
          + " model_revision STRING, error_code STRING, error_message STRING";
  private static final String BOX_TYPE =
      "ROW<x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max DOUBLE>";

  private static Kosmos2 model;

  /** A row of the table frames. */
  private record Frame(
      int id,
      byte @Nullable [] image,
      @Nullable String task,
      @Nullable String text,
      @Nullable Row box) {
    Row toRow() {
      return Row.of(id, image, task, text, box);
    }
  }

  @BeforeAll
  static void loadModel() throws Exception {
    model =
        Kosmos2.load(
            Kosmos2Options.builder(CHECKPOINT).optPrecision(Precision.FLOAT32).build(),
            (loaded, total) -> {});
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  private static byte[] scene(int index) throws Exception {
    return Files.readAllBytes(SCENES.resolve("scene-%03d.jpg".formatted(index)));
  }

  private static ImmutableList<Frame> goodFrames() throws Exception {
    return ImmutableList.of(
        new Frame(0, scene(0), null, null, null),
        new Frame(1, scene(1), "detailed-caption", null, null),
        new Frame(2, scene(2), "phrase-grounding", "a ball", null),
        new Frame(3, scene(3), "question", "How many are there?", null),
        new Frame(4, scene(4), "referring-expression", null, Row.of(0.1, 0.1, 0.6, 0.7)),
        // Plain text to the model, and not what it says of itself.
        new Frame(5, scene(5), "phrase-grounding", "<phrase>a ball</phrase>", null),
        new Frame(6, null, "prompt", "<grounding> An image of", null));
  }

  /** Returns the columns of OUTPUT as the library answers. */
  private static Row expected(Frame frame) throws Exception {
    List<Box> boxes =
        frame.box() == null
            ? List.of()
            : List.of(
                new Box(
                    (double) frame.box().getField(0),
                    (double) frame.box().getField(1),
                    (double) frame.box().getField(2),
                    (double) frame.box().getField(3)));
    GroundedAnswer answer =
        model
            .ground(
                new GroundingRequest(
                    Task.parse(frame.task() == null ? "grounded-caption" : frame.task()),
                    frame.text(),
                    Region.unnamed(boxes),
                    frame.image() == null ? null : model.prepare(frame.image()),
                    GenerationOptions.builder().optMaxNewTokens(96).build()))
            .get();
    return Row.of(
        answer.grounded().caption(),
        answer.grounded().answer(),
        answer.grounded().phrases().stream().map(MlPredictITCase::row).toArray(Row[]::new),
        answer.finishReason().id(),
        answer.prompt().ids().length,
        answer.generatedIds().length,
        model.revision(),
        null,
        null);
  }

  private static Row row(Phrase phrase) {
    return Row.of(
        phrase.phrase(),
        phrase.start(),
        phrase.end(),
        phrase.boxes().stream().map(MlPredictITCase::row).toArray(Row[]::new));
  }

  private static Row row(PhraseBox box) {
    return Row.of(
        box.box().xMin(), box.box().yMin(), box.box().xMax(), box.box().yMax(), box.confidence());
  }

  private static TableEnvironment tables(String mode) {
    TableEnvironment tables =
        TableEnvironment.create(
            mode.equals("batch")
                ? EnvironmentSettings.inBatchMode()
                : EnvironmentSettings.inStreamingMode());
    tables.getConfig().set("parallelism.default", "2");
    return tables;
  }

  private static void createFrames(TableEnvironment tables, List<Frame> frames) {
    tables.createTemporaryView(
        "frames",
        tables.fromValues(
            DataTypes.ROW(
                DataTypes.FIELD("id", DataTypes.INT()),
                DataTypes.FIELD("image", DataTypes.BYTES()),
                DataTypes.FIELD("task", DataTypes.STRING()),
                DataTypes.FIELD("text", DataTypes.STRING()),
                DataTypes.FIELD(
                    "box",
                    DataTypes.ROW(
                        DataTypes.FIELD("x_min", DataTypes.DOUBLE()),
                        DataTypes.FIELD("y_min", DataTypes.DOUBLE()),
                        DataTypes.FIELD("x_max", DataTypes.DOUBLE()),
                        DataTypes.FIELD("y_max", DataTypes.DOUBLE())))),
            frames.stream().map(Frame::toRow).toArray()));
  }

  private static void createModel(
      TableEnvironment tables, String input, String output, String options) {
    tables.executeSql(
        "CREATE MODEL kosmos INPUT (%s) OUTPUT (%s) WITH ('provider' = 'groundstream', 'model.dtype' = 'float32', %s)"
            .formatted(input, output, options));
  }

  private static String checkpoint() {
    return "'model.checkpoint' = '" + CHECKPOINT + "'";
  }

  private static List<Row> rows(TableEnvironment tables, String query) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> result = tables.executeSql(query).collect()) {
      result.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static List<Row> byId(List<Row> rows) {
    return rows.stream().sorted(Comparator.comparing(row -> (Integer) row.getField(0))).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "batch, MAP['async'; 'true']",
    "streaming, MAP['async'; 'true'; 'output-mode'; 'ALLOW_UNORDERED'; 'max-concurrent-operations';"
        + " '3']",
    "streaming, MAP['async'; 'false']"
  })
  void answersAsTheLibraryDoes(String mode, String config) throws Exception {
    TableEnvironment tables = tables(mode);
    List<Frame> frames = goodFrames();
    createFrames(tables, frames);
    createModel(
        tables,
        "`text` STRING, box " + BOX_TYPE + ", image BYTES, task STRING",
        OUTPUT,
        checkpoint());

    List<Row> rows =
        byId(
            rows(
                tables,
                "SELECT id, caption, answer, phrases, finish_reason, prompt_tokens,"
                    + " generated_tokens, model_revision, error_code, error_message FROM"
                    + " ML_PREDICT(TABLE frames, MODEL kosmos, DESCRIPTOR(`text`, box, image,"
                    + " task), %s)".formatted(config.replace(';', ','))));

    List<Row> expected = new ArrayList<>();
    for (Frame frame : frames) {
      expected.add(Row.join(Row.of(frame.id()), expected(frame)));
    }
    assertThat(rows).hasSameSizeAs(expected);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(withoutConfidence(rows.get(i))).isEqualTo(withoutConfidence(expected.get(i)));
      assertThat(confidences(rows.get(i)))
          .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : Double.compare(a, b))
          .containsExactlyElementsOf(confidences(expected.get(i)));
    }
    assertThat(rows.stream().flatMap(row -> confidences(row).stream())).isNotEmpty();
  }

  /** Batches of different sizes add in different orders, which only the last digits show. */
  private static Row withoutConfidence(Row row) {
    Row copy = Row.copy(row);
    Row[] phrases = (Row[]) row.getFieldAs(3);
    Row[] without = new Row[phrases.length];
    for (int i = 0; i < phrases.length; i++) {
      without[i] = Row.copy(phrases[i]);
      Row[] boxes = phrases[i].getFieldAs(3);
      Row[] places = new Row[boxes.length];
      for (int j = 0; j < boxes.length; j++) {
        places[j] = Row.copy(boxes[j]);
        places[j].setField(4, null);
      }
      without[i].setField(3, places);
    }
    copy.setField(3, without);
    return copy;
  }

  private static List<Double> confidences(Row row) {
    List<Double> confidences = new ArrayList<>();
    for (Row phrase : (Row[]) row.getFieldAs(3)) {
      for (Row box : (Row[]) phrase.getFieldAs(3)) {
        if (box.getField(4) instanceof Double confidence) {
          confidences.add(confidence);
        }
      }
    }
    return confidences;
  }

  @Test
  void unnestsPhrasesAndBoxes() throws Exception {
    TableEnvironment tables = tables("batch");
    createFrames(tables, List.of(new Frame(0, scene(0), null, null, null)));
    createModel(
        tables,
        "image BYTES",
        "phrases ARRAY<ROW<boxes ARRAY<ROW<y_max FLOAT, x_min DOUBLE>>, phrase STRING, `ordinal`"
            + " BIGINT>>",
        checkpoint());

    List<Row> rows =
        rows(
            tables,
            "SELECT p.phrase, p.`ordinal`, b.x_min, b.y_max FROM ML_PREDICT(TABLE frames, MODEL"
                + " kosmos, DESCRIPTOR(image)) CROSS JOIN UNNEST(phrases) AS p(boxes, phrase,"
                + " `ordinal`) CROSS JOIN UNNEST(p.boxes) AS b(y_max, x_min)");

    List<Row> expected = new ArrayList<>();
    Row[] phrases = (Row[]) expected(new Frame(0, scene(0), null, null, null)).getFieldAs(2);
    for (int i = 0; i < phrases.length; i++) {
      for (Row box : (Row[]) phrases[i].getFieldAs(3)) {
        expected.add(
            Row.of(
                phrases[i].getField(0),
                (long) i,
                box.getField(0),
                ((Double) box.getFieldAs(3)).floatValue()));
      }
    }
    assertThat(rows).isNotEmpty().containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void defaultsAreForRowsWithoutAValueAndTheTasksThatTakeThem() throws Exception {
    TableEnvironment tables = tables("batch");
    Row box = Row.of(0.1, 0.1, 0.6, 0.7);
    createFrames(
        tables,
        List.of(
            new Frame(0, scene(0), null, null, null),
            new Frame(1, scene(1), "referring-expression", null, null),
            new Frame(2, scene(2), "caption", null, null)));
    createModel(
        tables,
        "image BYTES, task STRING",
        OUTPUT,
        checkpoint()
            + ", 'task' = 'phrase-grounding', 'text' = 'a ball', 'box' = '0.1,0.1,0.6,0.7'");

    List<Row> rows =
        byId(
            rows(
                tables,
                "SELECT id, caption FROM ML_PREDICT(TABLE frames, MODEL kosmos, DESCRIPTOR(image,"
                    + " task))"));

    assertThat(rows)
        .containsExactly(
            Row.of(0, caption(new Frame(0, scene(0), "phrase-grounding", "a ball", null))),
            Row.of(1, caption(new Frame(1, scene(1), "referring-expression", null, box))),
            Row.of(2, caption(new Frame(2, scene(2), "caption", null, null))));
  }

  private static Object caption(Frame frame) throws Exception {
    return String.valueOf(expected(frame).getField(0));
  }

  /** Flink admits rows of DECIMAL for rows of DOUBLE, and does not cast them. */
  @Test
  void readsBoxesOfTheTypesThatTheQueryHas() throws Exception {
    TableEnvironment tables = tables("batch");
    createFrames(tables, List.of(new Frame(0, scene(4), null, null, null)));
    createModel(
        tables,
        "image BYTES, box ROW<x_max DOUBLE, y_max DOUBLE, x_min DOUBLE, y_min DOUBLE>",
        "caption STRING",
        checkpoint() + ", 'task' = 'referring-expression'");

    assertThat(
            rows(
                tables,
                "SELECT caption FROM ML_PREDICT((SELECT image, ROW(0.6, 0.7, 0.1, 0.1) AS place"
                    + " FROM frames), MODEL kosmos, DESCRIPTOR(image, place))"))
        .containsExactly(
            Row.of(
                caption(
                    new Frame(
                        0, scene(4), "referring-expression", null, Row.of(0.1, 0.1, 0.6, 0.7)))));
  }

  private static List<Frame> framesWithFaults() throws Exception {
    byte[] noImage = "no image".getBytes(StandardCharsets.UTF_8);
    return List.of(
        new Frame(0, scene(0), null, null, null),
        new Frame(1, null, null, null, null),
        new Frame(2, noImage, null, null, null),
        new Frame(3, new byte[0], null, null, null),
        new Frame(4, scene(1), "segment", null, null),
        new Frame(5, scene(1), "phrase-grounding", null, null),
        new Frame(6, scene(1), "caption", "a ball", null),
        new Frame(7, scene(1), "referring-expression", null, Row.of(0.1, 0.1, 1.5, 0.7)),
        new Frame(8, scene(1), "referring-expression", null, Row.of(0.1, 0.1, null, 0.7)),
        new Frame(9, scene(1), "referring-expression", null, null),
        new Frame(10, scene(1), "score", "An image of", null),
        new Frame(11, scene(2), null, null, null));
  }

  @Test
  void rowsSayWhyTheyFailed() throws Exception {
    TableEnvironment tables = tables("streaming");
    createFrames(tables, framesWithFaults());
    createModel(
        tables,
        "image BYTES, task STRING, `text` STRING, box " + BOX_TYPE,
        OUTPUT,
        checkpoint() + ", 'on-error' = 'row'");

    List<Row> rows =
        byId(
            rows(
                tables,
                "SELECT id, error_code, error_message, caption, phrases, model_revision FROM"
                    + " ML_PREDICT(TABLE frames, MODEL kosmos, DESCRIPTOR(image, task, `text`,"
                    + " box))"));

    assertThat(rows)
        .extracting(row -> row.getField(1))
        .containsExactly(
            null,
            "image-missing",
            "image-format-unknown",
            "image-empty",
            "unknown-task",
            "text-missing",
            "text-unexpected",
            "box-invalid",
            "box-invalid",
            "box-missing",
            "candidates-invalid",
            null);
    assertThat(rows.get(4).getField(2))
        .asString()
        .startsWith("task: \"segment\" (expected: one of");
    assertThat(rows.get(7).getField(2)).asString().contains("(expected: four numbers from 0 to 1)");
    for (Row row : rows) {
      boolean failed = row.getField(1) != null;
      assertThat(row.getField(3) == null).isEqualTo(failed);
      assertThat(row.getField(4) == null).isEqualTo(failed);
      assertThat(row.getField(2) != null).isEqualTo(failed);
      assertThat(row.getField(5)).isEqualTo(model.revision());
    }
  }

  @Test
  void rowsThatFailedAreNull() throws Exception {
    TableEnvironment tables = tables("batch");
    createFrames(tables, framesWithFaults());
    createModel(
        tables,
        "image BYTES, task STRING, `text` STRING, box " + BOX_TYPE,
        "caption STRING, error_code STRING, model_name STRING",
        checkpoint() + ", 'on-error' = 'null'");

    List<Row> rows =
        byId(
            rows(
                tables,
                "SELECT id, caption, error_code, model_name FROM ML_PREDICT(TABLE frames, MODEL"
                    + " kosmos, DESCRIPTOR(image, task, `text`, box))"));

    assertThat(rows).hasSize(12);
    assertThat(rows.subList(1, 11))
        .allSatisfy(row -> assertThat(row).isEqualTo(Row.of(row.getField(0), null, null, null)));
    assertThat(rows.get(0).getField(1)).isNotNull();
    assertThat(rows.get(11).getField(1)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void aFaultyRowFailsTheQueryWithoutItsBytes(String async) throws Exception {
    TableEnvironment tables = tables("streaming");
    byte[] noImage = new byte[100_000];
    createFrames(
        tables,
        List.of(new Frame(0, scene(0), null, null, null), new Frame(1, noImage, null, null, null)));
    createModel(tables, "image BYTES", "caption STRING", checkpoint());

    assertThatThrownBy(
            () ->
                rows(
                    tables,
                    "SELECT id, caption FROM ML_PREDICT(TABLE frames, MODEL kosmos,"
                        + " DESCRIPTOR(image), MAP['async', '"
                        + async
                        + "'])"))
        .hasStackTraceContaining("image-format-unknown: ")
        .hasStackTraceContaining("<100000 bytes>")
        .satisfies(
            failure -> {
              for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(String.valueOf(cause.getMessage())).hasSizeLessThan(20_000);
              }
            });
  }

  @Test
  void aMissingCheckpointFailsTheQuery(@TempDir Path folder) throws Exception {
    TableEnvironment tables = tables("streaming");
    createFrames(tables, goodFrames());
    createModel(
        tables,
        "image BYTES",
        "caption STRING",
        "'model.checkpoint' = '" + folder.resolve("nowhere") + "'");

    assertThatThrownBy(
            () ->
                rows(
                    tables,
                    "SELECT caption FROM ML_PREDICT(TABLE frames, MODEL kosmos,"
                        + " DESCRIPTOR(image))"))
        .hasStackTraceContaining(folder.resolve("nowhere").toString());
  }

  @Test
  void readsImagesOfUrisThatAreAllowed(@TempDir Path folder) throws Exception {
    TableEnvironment tables = tables("batch");
    Path secret = Files.write(folder.resolve("scene.jpg"), scene(0));
    tables.executeSql(
        "CREATE TEMPORARY VIEW links AS SELECT * FROM (VALUES (0, '%s'), (1, '%s'), (2, '%s'), (3, CAST(NULL AS STRING))) AS v(id, uri)"
            .formatted(
                SCENES.resolve("scene-000.jpg").toUri(),
                secret.toUri(),
                SCENES.resolve("scene-999.jpg").toUri()));
    createModel(
        tables,
        "image STRING",
        "caption STRING, error_code STRING",
        checkpoint() + ", 'on-error' = 'row', 'fetch.allowed-roots' = '" + SCENES + "'");

    assertThat(
            byId(
                rows(
                    tables,
                    "SELECT id, caption, error_code FROM ML_PREDICT(TABLE links, MODEL kosmos,"
                        + " DESCRIPTOR(uri))")))
        .containsExactly(
            Row.of(0, caption(new Frame(0, scene(0), null, null, null)), null),
            Row.of(1, null, "uri-not-allowed"),
            Row.of(2, null, "image-not-found"),
            Row.of(3, null, "image-missing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "json", "csv"})
  void groundsATableOfFilesIntoAnother(String format, @TempDir Path folder) throws Exception {
    TableEnvironment tables = tables("batch");
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      frames.add(new Frame(i, scene(i), null, null, null));
    }
    createFrames(tables, frames);
    createModel(tables, "image BYTES", "caption STRING, phrase_count INT", checkpoint());
    tables.executeSql(
        "CREATE TABLE pictures (id INT, image BYTES) WITH ('connector' = 'filesystem', 'path' ="
            + " '%s', 'format' = '%s')".formatted(folder.resolve("pictures").toUri(), format));
    tables.executeSql(
        "CREATE TABLE captions (id INT, caption STRING, phrase_count INT) WITH ('connector' ="
            + " 'filesystem', 'path' = '%s', 'format' = '%s')"
                .formatted(folder.resolve("captions").toUri(), format));
    tables.executeSql("INSERT INTO pictures SELECT id, image FROM frames").await();

    tables
        .executeSql(
            "INSERT INTO captions SELECT id, caption, phrase_count FROM ML_PREDICT(TABLE pictures,"
                + " MODEL kosmos, DESCRIPTOR(image))")
        .await();

    List<Row> expected = new ArrayList<>();
    for (Frame frame : frames) {
      Row answer = expected(frame);
      expected.add(Row.of(frame.id(), answer.getField(0), ((Row[]) answer.getFieldAs(2)).length));
    }
    assertThat(byId(rows(tables, "SELECT * FROM captions"))).isEqualTo(expected);
  }

  private static void createHeldModel(TableEnvironment tables, int count) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      frames.add(new Frame(i, new byte[] {(byte) i}, "phrase-grounding", "frame " + i, null));
    }
    tables.getConfig().set("parallelism.default", "1");
    createFrames(tables, frames);
    tables.executeSql(
        "CREATE MODEL held INPUT (image BYTES, task STRING, `text` STRING) OUTPUT (caption STRING,"
            + " width INT) WITH ('provider' = 'held', 'model.checkpoint' = '/nowhere',"
            + " 'model.queue-capacity' = '%d', 'fetch.reuse-window' = '0 s')".formatted(count));
  }

  private static String heldQuery(String config) {
    return "SELECT id, caption, width FROM ML_PREDICT(TABLE frames, MODEL held, DESCRIPTOR(image,"
        + " task, `text`), MAP["
        + config
        + "])";
  }

  /** Would wait for ever if rows were asked one after another. */
  @Test
  void asksAboutAsManyRowsAsTheCapacityAndKeepsTheirOrder() throws Exception {
    TableEnvironment tables = tables("streaming");
    createHeldModel(tables, 8);

    List<Row> rows =
        rows(tables, heldQuery("'max-concurrent-operations', '8', 'output-mode', 'ORDERED'"));

    assertThat(rows).hasSize(8).isEqualTo(byId(rows));
    assertThat(rows.get(4)).isEqualTo(Row.of(5, "frame 5", 5));
  }

  @Test
  void answersOutOfOrderWhereThatIsAllowed() throws Exception {
    TableEnvironment tables = tables("streaming");
    createHeldModel(tables, 4);

    List<Row> rows =
        rows(
            tables,
            heldQuery("'max-concurrent-operations', '4', 'output-mode', 'ALLOW_UNORDERED'"));
    // The model answers the last of four requests first.
    assertThat(rows).isNotEqualTo(byId(rows));
    assertThat(byId(rows))
        .extracting(row -> row.getField(1))
        .containsExactly(
            "frame 1", "frame 2", "frame 3", "frame 4", "frame 5", "frame 6", "frame 7", "frame 8");
  }

  @Test
  void aTimeoutOfFlinkFailsTheQuery() {
    TableEnvironment tables = tables("streaming");
    // The capacity is less than what the model waits for.
    createHeldModel(tables, 5);

    assertThatThrownBy(
            () -> rows(tables, heldQuery("'max-concurrent-operations', '4', 'timeout', '300 ms'")))
        .hasStackTraceContaining("timed out")
        .hasRootCauseInstanceOf(java.util.concurrent.TimeoutException.class);
  }
}
