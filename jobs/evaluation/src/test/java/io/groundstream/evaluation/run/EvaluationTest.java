package io.groundstream.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.evaluation.benchmark.Benchmark;
import io.groundstream.evaluation.benchmark.Figure;
import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.benchmark.Query;
import io.groundstream.evaluation.benchmark.ReferringComprehension;
import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.ImageFolder;
import io.groundstream.evaluation.dataset.ReferringExpression;
import io.groundstream.evaluation.metric.PixelBox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a model that draws the true box for even questions, and none for odd ones. */
class EvaluationTest {
  private static final Map<String, String> SETTINGS =
      Map.of("dtype", "float32", "information.annotations", "here.json");

  private final Benchmark benchmark = benchmark("testA");
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void writeImage() throws Exception {
    Files.write(folder.resolve("a.jpg"), new byte[1]);
    file = folder.resolve("predictions.jsonl");
  }

  @Test
  void keepsEveryPredictionAndReportsBesideThePublishedFigure() throws Exception {
    run(SETTINGS);

    PredictionFile.Content content = PredictionFile.read(file);
    Report.Run run = Report.Run.of(benchmark, content.settings(), content.predictions());
    Figure figure = run.figures().get(0);
    assertThat(figure.name()).isEqualTo("accuracy at IoU 0.5, refcoco");
    assertThat(figure.value()).isEqualTo(50);
    assertThat(figure.count()).isEqualTo(10);
    assertThat(figure.published()).isEqualTo(57.42);
    assertThat(new Report(benchmark, List.of(run, run)).rows().get(1))
        .containsExactly("accuracy at IoU 0.5, refcoco", "50.00", "57.42", "10", "50.00 … 50.00");
    assertThat(new Report(benchmark, List.of(run)).json()).contains("\"published\":57.42");
  }

  @Test
  void continuesAfterTheLastWholeLine() throws Exception {
    run(SETTINGS);
    byte[] whole = Files.readAllBytes(file);
    List<String> lines = Files.readAllLines(file);
    asked.clear();
    // Four whole predictions, and a fifth that was cut off.
    Files.writeString(
        file, String.join("\n", lines.subList(0, 5)) + "\n" + lines.get(5).substring(0, 20));

    run(SETTINGS);

    assertThat(asked).containsExactly("4", "5", "6", "7", "8", "9");
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void aFinishedRunAsksNothing() throws Exception {
    run(SETTINGS);
    asked.clear();

    run(Map.of("dtype", "float32", "information.annotations", "elsewhere.json"));

    assertThat(asked).isEmpty();
  }

  @Test
  void refusesToContinueWithOtherSettings() throws Exception {
    run(SETTINGS);

    assertThatThrownBy(() -> run(Map.of("dtype", "bfloat16")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("made with dtype float32 (expected: bfloat16, as in this run");
  }

  @Test
  void refusesPredictionsOfAnotherDataset() throws Exception {
    run(Map.of("dataset_sha256", benchmark.hash()));
    PredictionFile.Content content = PredictionFile.read(file);

    PredictionFile.checkComplete(file, content, benchmark);
    assertThatThrownBy(() -> PredictionFile.checkComplete(file, content, benchmark.first(9)))
        .hasMessageContaining("made of a dataset with hash " + benchmark.hash());
  }

  @Test
  void namesTheLimitOfAFileOfAPart() throws Exception {
    Benchmark part = benchmark.first(4);
    Map<String, String> settings = Map.of("dataset_sha256", part.hash(), "split", part.split());
    PredictionFile.open(file, settings, part).close();
    PredictionFile.Content content = PredictionFile.read(file);

    assertThatThrownBy(() -> PredictionFile.checkComplete(file, content, benchmark))
        .hasMessageEndingWith("; the file was made with --limit 4)");
  }

  @Test
  void refusesAnIncompleteFileForFigures() throws Exception {
    run(Map.of("dataset_sha256", benchmark.hash()));
    Files.writeString(file, String.join("\n", Files.readAllLines(file).subList(0, 8)) + "\n");

    assertThatThrownBy(
            () -> PredictionFile.checkComplete(file, PredictionFile.read(file), benchmark))
        .hasMessageContaining("3 of 10 predictions are missing");
  }

  @Test
  void refusesOtherFiles() throws Exception {
    Files.writeString(file, "{\"image\":\"a.jpg\"}\n");
    assertThatThrownBy(() -> run(SETTINGS)).hasMessageContaining("expected: the settings of a run");
    Files.writeString(file, "nonsense\n");
    assertThatThrownBy(() -> run(SETTINGS)).hasMessageContaining("line 1: not JSON");
  }

  @Test
  void leavesAFileWithoutAnyWholeLineAsItIs() throws Exception {
    String dataset = "{\"images\":[],\"annotations\":[]}";
    Files.writeString(file, dataset);

    assertThatThrownBy(() -> run(SETTINGS)).hasMessageContaining("expected: the settings of a run");
    assertThat(file).hasContent(dataset);
  }

  @Test
  void beginsAgainAfterAFirstLineThatWasCutOff() throws Exception {
    for (String begun : List.of("", "{\"sett", "{\"settings\":{\"dtype\":\"floa")) {
      Files.writeString(file, begun);
      asked.clear();

      run(SETTINGS);

      assertThat(asked).hasSize(10);
      assertThat(PredictionFile.read(file).settings()).isEqualTo(SETTINGS);
    }
  }

  @Test
  void refusesASecondRunOfTheSameFile() throws Exception {
    try (PredictionFile first = PredictionFile.open(file, SETTINGS, benchmark)) {
      assertThat(first.finished()).isZero();
      assertThatThrownBy(() -> PredictionFile.open(file, SETTINGS, benchmark))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("another run writes it");
    }
    PredictionFile.open(file, SETTINGS, benchmark).close();
  }

  @Test
  void asksNothingWhileImagesAreMissing() throws Exception {
    Files.delete(folder.resolve("a.jpg"));

    assertThatThrownBy(() -> run(SETTINGS)).hasMessageContaining("1 of the dataset's 1 images");
    assertThat(asked).isEmpty();
  }

  private void run(Map<String, String> settings)
      throws DatasetException, ExecutionException, InterruptedException {
    try (PredictionFile predictions = PredictionFile.open(file, settings, benchmark)) {
      Evaluation.run(
          benchmark, ImageFolder.open(folder), predictions, this::ask, 3, finished -> {});
    }
  }

  private CompletableFuture<Prediction> ask(Query query, @Nullable Path image) {
    assertThat(image).isNotNull();
    asked.add(query.id());
    boolean even = Integer.parseInt(query.id()) % 2 == 0;
    String box = even ? "<object><patch_index_0000><patch_index_1023></object>" : "";
    return CompletableFuture.supplyAsync(
        () ->
            even || !query.id().equals("9")
                ? new Prediction(
                    query.id(),
                    "<grounding><phrase> " + query.text() + "</phrase>" + box,
                    "",
                    "stop",
                    null)
                : Prediction.failed(query.id(), "image-corrupt: made up"));
  }

  private static Benchmark benchmark(String split) {
    return new ReferringComprehension(
        split,
        IntStream.range(0, 10)
            .mapToObj(
                index ->
                    new ReferringExpression(
                        String.valueOf(index),
                        "a.jpg",
                        320,
                        320,
                        "thing " + index,
                        new PixelBox(0, 0, 320, 320),
                        "refcoco",
                        String.valueOf(index)))
            .toList());
  }
}
