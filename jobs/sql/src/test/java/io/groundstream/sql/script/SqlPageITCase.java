package io.groundstream.sql.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every statement of docs/sql.md, in batch and in streaming mode. */
class SqlPageITCase {
  private static final Path PAGE = Path.of("..", "..", "docs", "sql.md");
  private static final Path CHECKPOINT =
      Path.of("..", "..", "model-serving", "demo-checkpoint").toAbsolutePath().normalize();
  private static final Path SCENES = Path.of("..", "demo-scenes").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
  private static final int FRAMES = 14;

  @TempDir private Path folder;

  @Test
  void everyStatementOfThePageRuns() throws Exception {
    fill();
    List<String> statements = statements();
    TableEnvironment batch = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    Map<String, List<Row>> ofBatch = new LinkedHashMap<>();
    for (String statement : statements) {
      // Of which the page says that Flink does not plan it in batch mode.
      if (!statement.contains("LATERAL TABLE(ground_image(")) {
        run(batch, statement, ofBatch);
      }
    }
    TableEnvironment streaming = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    Map<String, List<Row>> ofStreaming = new LinkedHashMap<>();
    for (String statement : statements) {
      if (!statement.startsWith("INSERT")) {
        run(streaming, statement, ofStreaming);
      }
    }

    assertThat(ofStreaming.keySet()).containsAll(ofBatch.keySet()).hasSize(ofBatch.size() + 1);
    assertThat(ofBatch).hasSizeGreaterThanOrEqualTo(10);
    ofBatch.forEach(
        (query, rows) ->
            assertThat(ofStreaming.get(query)).as(query).containsExactlyInAnyOrderElementsOf(rows));
    ofStreaming.forEach(
        (query, rows) -> {
          // No two things of these images are at the same place.
          if (!query.contains("iou(")) {
            assertThat(rows).as(query).isNotEmpty();
          }
        });
  }

  private List<String> statements() throws Exception {
    List<String> statements = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    while (block.find()) {
      statements.addAll(
          SqlScript.split(
              block
                  .group(1)
                  .replace("/models/kosmos-2", CHECKPOINT.toString())
                  .replace("/data/", folder.toUri().toString())));
    }
    return statements;
  }

  private static void run(TableEnvironment tables, String statement, Map<String, List<Row>> results)
      throws Exception {
    tables.getConfig().set("parallelism.default", "1");
    TableResult result = SqlScript.execute(tables, statement);
    if (result != null && statement.startsWith("SELECT")) {
      List<Row> rows = new ArrayList<>();
      try (CloseableIterator<Row> changes = result.collect()) {
        changes.forEachRemaining(change -> apply(change, rows));
      }
      results.put(statement, rows);
    } else if (result != null && statement.startsWith("INSERT")) {
      result.await();
    }
  }

  /** Applies a change of an updating result. */
  private static void apply(Row change, List<Row> rows) {
    RowKind kind = change.getKind();
    change.setKind(RowKind.INSERT);
    if (kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER) {
      rows.add(change);
    } else {
      assertThat(rows.remove(change)).isTrue();
    }
  }

  /** Writes the tables' files, whose rows are in the order of time. */
  private void fill() throws Exception {
    List<String> frames = new ArrayList<>();
    frames.add(frame("frame-x", "camera-0", "2026-01-01 00:00:00", new byte[] {1, 2, 3}));
    for (int i = 0; i < FRAMES; i++) {
      frames.add(
          frame(
              "frame-" + i,
              "camera-" + i % 2,
              "2026-01-01 0%d:%d0:00".formatted(i / 5, i % 5),
              Files.readAllBytes(SCENES.resolve("scene-%03d.jpg".formatted(i)))));
    }
    write("frames", frames);
    write(
        "cameras",
        List.of(
            "{\"camera\": \"camera-0\", \"place\": \"gate\"}",
            "{\"camera\": \"camera-1\", \"place\": \"yard\"}"));
  }

  private static String frame(String id, String camera, String taken, byte[] image) {
    return "{\"id\": \"%s\", \"camera\": \"%s\", \"taken\": \"%s\", \"image\": \"%s\"}"
        .formatted(id, camera, taken, Base64.getEncoder().encodeToString(image));
  }

  private void write(String table, List<String> lines) throws Exception {
    Files.write(Files.createDirectories(folder.resolve(table)).resolve("part.json"), lines);
  }
}
