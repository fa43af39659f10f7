package io.groundstream.sql.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions of the module, on a local cluster. */
class FunctionsITCase {
  private static final Path CHECKPOINT =
      Path.of("..", "..", "model-serving", "demo-checkpoint").toAbsolutePath().normalize();
  private static final Path SCENES = Path.of("..", "demo-scenes").toAbsolutePath().normalize();

  private final TableEnvironment tables =
      TableEnvironment.create(EnvironmentSettings.inStreamingMode());

  @BeforeEach
  void loadModule() {
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(
        "LOAD MODULE groundstream WITH ('model.checkpoint' = '"
            + CHECKPOINT
            + "', 'model.dtype' = 'float32', 'on-error' = 'row')");
  }

  private List<Row> rows(String query) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> result = tables.executeSql(query).collect()) {
      result.forEachRemaining(rows::add);
    }
    return rows;
  }

  private void createFrames() throws Exception {
    List<Row> frames = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      frames.add(Row.of(i, Files.readAllBytes(SCENES.resolve("scene-%03d.jpg".formatted(i)))));
    }
    frames.add(Row.of(3, new byte[] {1, 2, 3}));
    frames.add(Row.of(4, null));
    tables.createTemporaryView(
        "frames",
        tables.fromValues(
            DataTypes.ROW(
                DataTypes.FIELD("id", DataTypes.INT()),
                DataTypes.FIELD("image", DataTypes.BYTES())),
            frames.toArray()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ROW(0.0, 0.0, 0.5, 0.5); ROW(0.0, 0.0, 0.5, 0.5); 1.0",
        "ROW(0.0, 0.0, 0.5, 1.0); ROW(0.25, 0.0, 0.75, 1.0); 0.3333333333333333",
        "ROW(0.0, 0.0, 0.25, 0.25); ROW(0.5, 0.5, 1.0, 1.0); 0.0",
        "ROW(0, 0, 1, 1); CAST(ROW(0.5, 0, 1, 0.5) AS ROW<x_min FLOAT, y_min INT, x_max DOUBLE,"
            + " y_max DECIMAL(3, 2)>); 0.25",
        "CAST(ROW('a dog', 1, 0.5, 0, 0) AS ROW<label STRING, x_max DOUBLE, y_max DOUBLE, x_min"
            + " DOUBLE, y_min DOUBLE>); ROW(0, 0, 1, 1); 0.5",
      })
  void iouIsTheSharedPart(String a, String b, double expected) throws Exception {
    assertThat(rows("SELECT iou(%s, %s)".formatted(a, b))).containsExactly(Row.of(expected));
  }

  @Test
  void functionsOfNothingAreNull() throws Exception {
    assertThat(
            rows(
                "SELECT iou(b, ROW(0, 0, 1, 1)), box_relation(ROW(0, 0, 1, 1), b), crop(x'00', b),"
                    + " iou(ROW(0, 0, 1, CAST(NULL AS DOUBLE)), ROW(0, 0, 1, 1)) FROM (VALUES"
                    + " (CAST(NULL AS ROW<x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max"
                    + " DOUBLE>))) AS v(b)"))
        .containsExactly(Row.of(null, null, null, null));
  }

  @Test
  void relationsAreThoseOfTheIndex() throws Exception {
    Row row = rows("SELECT box_relation(ROW(0.1, 0.4, 0.2, 0.5), ROW(0.25, 0.4, 0.5, 0.5))").get(0);
    assertThat((String[]) row.getFieldAs(0)).containsExactly("left-of", "near");
    assertThat(
            rows(
                "SELECT ARRAY_CONTAINS(box_relation(ROW(0.3, 0.3, 0.4, 0.4), ROW(0.2, 0.2, 0.8,"
                    + " 0.8)), 'inside')"))
        .containsExactly(Row.of(true));
  }

  @Test
  void refusesWhatIsNotABox() {
    assertThatThrownBy(() -> tables.explainSql("SELECT iou('0,0,1,1', ROW(0, 0, 1, 1))"))
        .isInstanceOf(ValidationException.class)
        .hasStackTraceContaining("a: CHAR(7) NOT NULL (expected: ROW<x_min DOUBLE, y_min DOUBLE,");
    assertThatThrownBy(() -> tables.explainSql("SELECT iou(ROW(0, 0, 1), ROW(0, 0, 1, 1))"))
        .hasStackTraceContaining("(expected: ROW<x_min DOUBLE, y_min DOUBLE,");
  }

  @Test
  void cropsThePixelsInABox() throws Exception {
    createFrames();
    List<Row> rows =
        rows(
            "SELECT id, crop(image, ROW(0.25, 0.5, 2.0, 0.75)), crop(image, ROW(1.5, 0, 2, 1)) FROM"
                + " frames");

    ImageDecoder decoder = new ImageDecoder(ImageOptions.defaults());
    DecodedImage whole = decoder.decode(Files.readAllBytes(SCENES.resolve("scene-000.jpg")));
    DecodedImage part = decoder.decode(rows.get(0).getFieldAs(1));
    int left = whole.width() / 4;
    int upper = whole.height() / 2;
    assertThat(part.width()).isEqualTo(whole.width() - left);
    assertThat(part.height()).isEqualTo((int) Math.ceil(whole.height() * 0.75) - upper);
    for (int y = 0; y < part.height(); y++) {
      int begin = 3 * ((upper + y) * whole.width() + left);
      assertThat(Arrays.copyOfRange(part.rgb(), 3 * y * part.width(), 3 * (y + 1) * part.width()))
          .isEqualTo(Arrays.copyOfRange(whole.rgb(), begin, begin + 3 * part.width()));
    }
    assertThat(rows.get(0).getField(2)).isNull();
    assertThat(rows.get(3).getField(1)).isNull();
    assertThat(rows.get(4).getField(1)).isNull();
  }

  @Test
  void groundImageHasARowForEachBox() throws Exception {
    createFrames();
    tables.executeSql(
        "CREATE MODEL kosmos INPUT (image BYTES) OUTPUT (caption STRING, phrases ARRAY<ROW<phrase"
            + " STRING, `start` INT, boxes ARRAY<ROW<x_min DOUBLE, y_max DOUBLE>>>>) WITH"
            + " ('provider' = 'groundstream', 'model.dtype' = 'float32', 'task' ="
            + " 'detailed-caption', 'model.checkpoint' = '"
            + CHECKPOINT
            + "')");
    List<Row> expected =
        rows(
            "SELECT id, caption, phrase, `start`, x_min, y_max FROM ML_PREDICT((SELECT id, image"
                + " FROM frames WHERE id < 3), MODEL kosmos, DESCRIPTOR(image)) CROSS JOIN"
                + " UNNEST(phrases) AS p(phrase, `start`, boxes) CROSS JOIN UNNEST(boxes) AS"
                + " b(x_min, y_max)");

    List<Row> rows =
        rows(
            "SELECT id, g.caption, g.phrase, g.`start`, g.x_min, g.y_max, g.error_code FROM frames"
                + " LEFT JOIN LATERAL TABLE(ground_image(image, 'detailed-caption')) AS g ON TRUE");

    List<Row> all = new ArrayList<>();
    for (Row row : expected) {
      all.add(Row.join(row, Row.of((Object) null)));
    }
    all.add(Row.of(3, null, null, null, null, null, "image-format-unknown"));
    all.add(Row.of(4, null, null, null, null, null, "image-missing"));
    assertThat(expected).isNotEmpty();
    assertThat(rows).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void groundImageTakesTaskAndText() throws Exception {
    createFrames();
    assertThat(
            rows(
                "SELECT DISTINCT g.phrase, g.error_code FROM frames, LATERAL"
                    + " TABLE(ground_image(image, 'phrase-grounding', 'a ball')) AS g WHERE id ="
                    + " 0"))
        .containsExactly(Row.of("a ball", null));
    assertThatThrownBy(
            () ->
                tables.explainSql(
                    "SELECT * FROM frames, LATERAL TABLE(ground_image(id, 'caption')) AS g"))
        .hasStackTraceContaining("image: INT (expected: BYTES, or STRING for a URI)");
  }

  /** Flink's rule, which docs/sql.md tells. */
  @Test
  void flinkRefusesConditionsOnTheRowsOfGroundImage() throws Exception {
    createFrames();
    assertThatThrownBy(
            () ->
                tables.explainSql(
                    "SELECT id FROM frames, LATERAL TABLE(ground_image(image)) AS g WHERE g.phrase"
                        + " = 'a ball'"))
        .hasStackTraceContaining("Async correlate does not support projections or conditions");
  }

  @Test
  void groundImageNeedsACheckpoint() throws Exception {
    tables.executeSql("UNLOAD MODULE groundstream");
    tables.executeSql("LOAD MODULE groundstream");
    createFrames();
    assertThat(rows("SELECT iou(ROW(0, 0, 1, 1), ROW(0, 0, 1, 1))")).containsExactly(Row.of(1.0));
    assertThatThrownBy(
            () -> tables.explainSql("SELECT * FROM frames, LATERAL TABLE(ground_image(image))"))
        .hasStackTraceContaining("model.checkpoint: not set (expected: LOAD MODULE groundstream");
  }

  @Test
  void refusesWrongOptions() {
    tables.executeSql("UNLOAD MODULE groundstream");
    assertThatThrownBy(
            () ->
                tables.executeSql(
                    "LOAD MODULE groundstream WITH ('checkpoint' = '/a', 'on-error' = 'ignore')"))
        .hasStackTraceContaining("checkpoint: unknown key (expected: perhaps model.checkpoint)")
        .hasStackTraceContaining("on-error: ignore (expected: fail, null or row)");
  }

  @Test
  void scalarsCanBeCreatedByName() throws Exception {
    tables.executeSql("UNLOAD MODULE groundstream");
    tables.executeSql("CREATE FUNCTION iou AS 'io.groundstream.sql.functions.IouFunction'");
    tables.executeSql(
        "CREATE FUNCTION box_relation AS 'io.groundstream.sql.functions.BoxRelationFunction'");
    tables.executeSql("CREATE FUNCTION crop AS 'io.groundstream.sql.functions.CropFunction'");
    String image = HexFormat.of().formatHex(Files.readAllBytes(SCENES.resolve("scene-000.jpg")));
    assertThat(
            rows(
                "SELECT iou(ROW(0, 0, 1, 1), ROW(0, 0, 1, 1)), CARDINALITY(box_relation(ROW(0, 0,"
                    + " 1, 1), ROW(0, 0, 1, 1))), crop(x'%s', ROW(0, 0, 1, 1)) IS NOT NULL"
                        .formatted(image)))
        .containsExactly(Row.of(1.0, 2, true));
  }
}
