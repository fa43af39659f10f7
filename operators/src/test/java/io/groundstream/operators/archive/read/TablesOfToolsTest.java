package io.groundstream.operators.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import io.groundstream.operators.archive.Archives;
import io.groundstream.operators.archive.plan.ArchiveException;
import io.groundstream.operators.archive.plan.ArchivePlanner;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Verifies that tables are read as their tools mean them; the README beside the tables names the
 * tools.
 */
class TablesOfToolsTest {
  private static final Path TABLES = Path.of("src/test/resources/tables").toAbsolutePath();

  private static ArchiveSettings settings(String file) {
    return Archives.settings(TABLES.resolve(file).toString());
  }

  private static List<ArchivedEvent> read(String file) throws Exception {
    return Reading.all(settings(file));
  }

  /** Returns the URIs of images, relative to this folder. */
  private static List<String> uris(List<ArchivedEvent> events) {
    String folder = TABLES.toUri().toString();
    return events.stream()
        .map(event -> Reading.event(event).getImageUri())
        .map(uri -> uri == null ? "bytes" : uri.replace(folder, ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pandas-default.csv",
        "pandas-semicolon.csv",
        "pandas-tab.tsv",
        "pandas-bom.csv",
        "excel-unicode.txt"
      })
  void readsFilesOfPandasAndExcel(String file) throws Exception {
    List<ArchivedEvent> events = read(file);

    assertThat(events).allMatch(event -> event.event().getFailureCode() == null);
    assertThat(events).hasSize(3);
    assertThat(uris(events).get(0)).isEqualTo("a.jpg");
    assertThat(Reading.event(events.get(0)).getAttributes())
        .isEqualTo(Map.of("caption", "one, two", "n", "12345678.0"));
    assertThat(Reading.event(events.get(1)).getAttributes()).containsEntry("caption", "a \"half\"");
    assertThat(Reading.event(events.get(2)).getAttributes())
        .containsEntry("caption", "line\nbreak");
    assertThat(events.get(2).event().getOriginPosition()).isEqualTo("4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "excel-sep.csv|a.jpg b.jpg c.jpg",
        "excel-mac.csv|a.jpg b.jpg",
        "r-write-csv.csv|a.jpg b.jpg",
        "r-write-table.csv|a.jpg b.jpg",
        "polars-upper.csv|a.jpg b.jpg",
        "spark-escapes.csv|a.jpg"
      })
  void readsTheManyFormsOfCsv(String file, String uris) throws Exception {
    List<ArchivedEvent> events = read(file);

    assertThat(events).allMatch(event -> event.event().getFailureCode() == null);
    assertThat(uris(events)).containsExactly(uris.split(" "));
  }

  @Test
  void keepsNumbersOfCsvAsWritten() throws Exception {
    assertThat(Reading.outcomes(read("excel-sep.csv")))
        .containsExactly("excel-sep/3{caption=one; two}", "excel-sep/4{caption=}", "excel-sep/5");
    assertThat(Reading.outcomes(read("excel-mac.csv")))
        .containsExactly("excel-mac/2{caption=one\ntwo}", "excel-mac/4{caption=x}");
    assertThat(Reading.outcomes(read("r-write-table.csv")))
        .containsExactly("r-write-table/2{caption=one, two}", "r-write-table/3{caption=x}");
    assertThat(Reading.event(read("spark-escapes.csv").get(0)).getRequests().get(0).getTask())
        .isEqualTo("caption");
    assertThat(Reading.outcomes(read("duckdb-bar.csv")))
        .hasSize(3)
        .contains("duckdb-bar/2{caption=one, two}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "excel-unicode.txt",
        "excel-mac.csv",
        "excel-sep.csv",
        "r-write-table.csv",
        "pandas-default.csv"
      })
  void continuesAfterEveryRowOfAnyForm(String file) throws Exception {
    ArchiveSettings settings = settings(file);
    UnitPart part = Reading.parts(settings).get(0);
    List<ArchivedEvent> events =
        Reading.from(part, PartPosition.startOf(part), Reading.context(settings));
    for (int i = 0; i < events.size(); i++) {
      assertThat(
              Reading.outcomes(
                  Reading.from(part, events.get(i).after(), Reading.context(settings))))
          .isEqualTo(Reading.outcomes(events.subList(i + 1, events.size())));
    }
  }

  @Test
  void readsJsonLinesOfPython() throws Exception {
    List<ArchivedEvent> events = read("python-nan.jsonl");

    assertThat(Reading.outcomes(events))
        .containsExactly(
            "python-nan/1{big=12345678901234567890, e=12345678, n=12345678.0} without score:"
                + " attribute-invalid",
            "manifest-line-invalid",
            "python-nan/4 without best: attribute-invalid");
    assertThat(Reading.event(events.get(2)).getImageUri()).endsWith("/tables/c.jpg");
    assertThat(uris(read("pandas.jsonl")).get(0)).isEqualTo("a.jpg");
  }

  @Test
  void oneJsonListIsRejectedWithARemedy() throws Exception {
    assertThat(read("pandas-list.json").get(0).event().getFailureMessage())
        .contains("one JSON list (expected: one JSON object per line; jq -c '.[]'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "requests",
        "requests-item",
        "lz4",
        "brotli",
        "zstd",
        "snappy",
        "gzip",
        "v2-pages"
      })
  void readsRequestsFromAListOfGroups(String file) throws Exception {
    List<ArchivedEvent> events = read("pyarrow-" + file + ".parquet");

    assertThat(Reading.outcomes(events)).containsExactly("a", "b", "c");
    List<List<ImageRequest>> requests =
        events.stream().map(event -> Reading.event(event).getRequests()).toList();
    assertThat(requests.get(0).get(0).getTask()).isEqualTo("phrase-grounding");
    assertThat(requests.get(0).get(0).getText()).isEqualTo("a dog");
    assertThat(requests.get(1)).hasSize(2);
    assertThat(requests.get(1).get(0).getBoxes())
        .containsExactly(new RequestBox(0.0, 0.25, 0.5, 1.0, null));
    assertThat(requests.get(2)).isEmpty();
    assertThat(Reading.event(events.get(0)).getImageBytes()).isNotNull();
  }

  @Test
  void readsThePathIfTheBytesAreNull() throws Exception {
    List<ArchivedEvent> events = read("polars-struct.parquet");

    assertThat(uris(events)).containsExactly("bytes", "sub/b.jpg");
    assertThat(Reading.outcomes(events))
        .containsExactly("polars-struct/0{image.path=a.jpg, n=1}", "polars-struct/1{n=2}");
  }

  @Test
  void writesNumbersWithoutNeedlessExponents() throws Exception {
    ImageEvent event = Reading.event(read("duckdb-types.parquet").get(0));

    assertThat(event.getImageUri()).endsWith("/tables/a.jpg");
    assertThat(event.getAttributes())
        .containsEntry("d", "12345678")
        .containsEntry("f", "12345678")
        .containsEntry("small", "1.0")
        .containsEntry("tiny", "0.00001")
        .containsEntry("u", "12345678901234567890")
        .containsEntry("money", "1.50")
        .containsEntry("yes", "true")
        .containsEntry("day", "2026-01-02")
        .containsEntry("who", "7b1d1a0e-0000-4000-8000-000000000001");
    assertThat(event.getAttributes().get("moment")).startsWith("2026-01-02T03:04:05");
    assertThat(Reading.outcomes(read("pyarrow-int96.parquet")))
        .containsExactly("pyarrow-int96/0{t=2026-01-02T03:04:05Z}");
  }

  @Test
  void aLongTextOnlyCostsItself() throws Exception {
    assertThat(Reading.outcomes(read("pyarrow-wide.parquet")))
        .containsExactly("pyarrow-wide/0{short=y} without essay: attributes-too-large");
  }

  @Test
  void aListOfImagesIsRejectedByItsName() {
    assertThatThrownBy(() -> read("pyarrow-list-of-images.parquet"))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("images: a list of images in each row");
    assertThatThrownBy(() -> read("pyarrow-list-of-structs.parquet"))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("image: a list of images in each row");
  }

  @ParameterizedTest
  @ValueSource(strings = {"footer", "columns"})
  void encryptedFilesAreRejected(String what) throws Exception {
    List<ArchivedEvent> events = read("pyarrow-encrypted-" + what + ".parquet");

    assertThat(Reading.outcomes(events)).containsExactly("parquet-unsupported");
    assertThat(events.get(0).event().getFailureMessage()).contains("it is encrypted");
  }

  @Test
  void theDelimiterOptionTakesPrecedence(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x.csv"), "uri:note\na.jpg:one, two; three\n");

    assertThat(Reading.outcomes(Reading.all(Archives.delimitedBy(':', file.toString()))))
        .containsExactly("x/2{note=one, two; three}");
  }

  @Test
  void aSoundTablePassesTheCheck() throws Exception {
    ArchivePlanner planner = ArchivePlanner.checkingManifests(settings("duckdb-types.parquet"));

    assertThat(planner.next().last()).isTrue();
  }
}
