package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.jobs.cli.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluates the demo checkpoint on the drawn scenes. */
class EvaluateCommandITCase {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path SCENES = Path.of("..", "evaluation", "scenes");
  private static final Path REFCOCO = SCENES.resolve("refcoco/finetune_refcoco_val.json");

  @TempDir private Path folder;

  @Test
  void figuresOfTheScenesAreThoseOfTheReadme() throws Exception {
    CommandRun run =
        CommandRun.groundstream("evaluate", "--scenes", "--dtype", "float32", "--json");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    String readme = Files.readString(Path.of("..", "..", "README.md"));
    List<JsonNode> reports = reports(run);
    assertThat(reports).hasSize(6);
    for (JsonNode report : reports) {
      JsonNode figure = report.path("figures").path(0);
      assertThat(readme)
          .as(report.path("benchmark").asText() + ": " + figure)
          .contains(
              String.format(
                  Locale.ROOT,
                  "| `%s` | %s | %.1f |",
                  report.path("benchmark").asText(),
                  figure.path("name").asText(),
                  figure.path("ours").asDouble()));
      // Published figures are of the real datasets.
      assertThat(figure.path("published").isNull()).isTrue();
    }
  }

  @Test
  void figuresComeFromPredictionsWithoutTheModel() throws Exception {
    Path first = folder.resolve("first.jsonl");
    CommandRun run =
        refcoco("--predictions", first.toString(), "--spread", "bfloat16/1", "--dtype", "float32");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    Path second = folder.resolve("first.bfloat16-1.jsonl");

    CommandRun again =
        CommandRun.groundstream(
            "evaluate", "refcoco", "--limit", "12", "--json", "--from", first + "," + second);

    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCodes.OK);
    assertThat(reports(again).get(0).path("figures"))
        .isEqualTo(reports(run).get(0).path("figures"));
    assertThat(reports(again).get(0).path("runs")).hasSize(2);
    assertThat(reports(again).get(0).path("runs").path(1).path("settings").path("dtype").asText())
        .isEqualTo("bfloat16");
    assertThat(Files.readAllLines(first)).hasSize(13);
  }

  @Test
  void anInterruptedRunContinuesAndGivesTheSameFile() throws Exception {
    Path file = folder.resolve("predictions.jsonl");
    refcoco("--predictions", file.toString(), "--dtype", "float32");
    List<String> lines = Files.readAllLines(file);
    Files.writeString(file, String.join("\n", lines.subList(0, 6)) + "\n{\"id\":\"6");

    CommandRun run = refcoco("--predictions", file.toString(), "--dtype", "float32");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    assertThat(Files.readAllLines(file)).isEqualTo(lines);
    CommandRun other =
        refcoco(
            "--predictions", file.toString(), "--dtype", "float32", "--no-repeat-ngram-size", "0");
    assertThat(other.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(other.err()).contains("made with no_repeat_ngram_size 3 (expected: 0");
  }

  @Test
  void aDamagedImageCountsAsWrongAndAMissingOneStopsTheRun() throws Exception {
    Path images = Files.createDirectories(folder.resolve("images"));
    try (Stream<Path> scenes = Files.list(SCENES.resolve("images"))) {
      for (Path scene : scenes.toList()) {
        Files.copy(scene, images.resolve(scene.getFileName()));
      }
    }
    Files.write(images.resolve("000000001000.jpg"), new byte[100]);
    String[] arguments = {
      "evaluate",
      "refcoco",
      "--annotations",
      REFCOCO.toString(),
      "--images",
      images.toString(),
      "--limit",
      "12",
      "--json",
      "--predictions",
      folder.resolve("p.jsonl").toString()
    };

    CommandRun damaged = CommandRun.groundstream(arguments);
    Files.delete(images.resolve("000000001001.jpg"));
    Files.delete(folder.resolve("p.jsonl"));
    CommandRun missing = CommandRun.groundstream(arguments);

    assertThat(damaged.exitCode()).as(damaged.err()).isEqualTo(ExitCodes.FAILED);
    // Three expressions are about the first scene.
    assertThat(reports(damaged).get(0).path("failed").asInt()).isEqualTo(3);
    assertThat(missing.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(missing.err())
        .contains("images are missing, the first is COCO_val2014_000000001001.jpg");
  }

  @Test
  void writesTheFileOfVqasServer() throws Exception {
    Path results = folder.resolve("results.json");

    CommandRun run =
        CommandRun.groundstream(
            "evaluate",
            "vqav2",
            "--scenes",
            "--limit",
            "2",
            "--dtype",
            "float32",
            "--vqa-results",
            results.toString());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    JsonNode answers = JSON.readTree(results.toFile());
    assertThat(answers).hasSize(2);
    assertThat(answers.path(0).path("question_id").asLong()).isEqualTo(1000001);
    assertThat(answers.path(0).path("answer").asText()).isNotBlank();
  }

  @Test
  void aBackfillGivesTheSameFigures() throws Exception {
    Path manifest = folder.resolve("questions.jsonl");
    Path out = folder.resolve("out");
    String[] part = {"--scenes", "--limit", "24", "--json"};

    CommandRun written = evaluate(part, "--write-manifest", manifest.toString());
    CommandRun nothing = evaluate(part, "--from-backfill", folder.toString());
    CommandRun backfill =
        CommandRun.groundstream(
            "backfill",
            "--to-files",
            out.toString(),
            "--state",
            folder.resolve("state").toString(),
            "-Dmodel.dtype=float32",
            "-Dgrounding.no-repeat-ngram-size=3",
            "-Dgrounding.max-new-tokens=400",
            "-Dfetch.allowed-roots=" + SCENES.resolve("images").toRealPath(),
            manifest.toString());
    CommandRun ours = evaluate(part, "--dtype", "float32");
    CommandRun theirs = evaluate(part, "--from-backfill", out.toString());
    CommandRun more =
        CommandRun.groundstream(
            "evaluate",
            "vqav2",
            "--scenes",
            "--limit",
            "200",
            "--json",
            "--from-backfill",
            out.toString());

    assertThat(written.exitCode()).as(written.err()).isEqualTo(ExitCodes.OK);
    assertThat(nothing.err()).contains("no records of images (expected: the folder of backfill");
    assertThat(backfill.exitCode()).as(backfill.err()).isEqualTo(ExitCodes.OK);
    assertThat(theirs.exitCode()).as(theirs.err()).isEqualTo(ExitCodes.OK);
    assertThat(reports(theirs).get(0).path("figures"))
        .isEqualTo(reports(ours).get(0).path("figures"));
    // The questions that the backfill was not asked have failed.
    assertThat(more.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(reports(more).get(0).path("failed").asInt()).isEqualTo(144 - 24);
  }

  private static CommandRun evaluate(String[] options, String... more) {
    return CommandRun.groundstream(
        Stream.of(Stream.of("evaluate", "vqav2"), Stream.of(options), Stream.of(more))
            .flatMap(arguments -> arguments)
            .toArray(String[]::new));
  }

  /** A question about a text alone, twice: from the model, and from its kept predictions. */
  @Test
  void languageTasksAreScoredWithoutImages() throws Exception {
    Path file = folder.resolve("val.jsonl");
    Files.writeString(
        file,
        """
        {"premise":"The dog ran.","choice1":"It was happy.","choice2":"x x x x x x x x x x x x","question":"cause","label":0}
        {"premise":"The cat sat.","choice1":"y y y y y y y y y y y y y","choice2":"It was a cat.","question":"effect","label":1}
        """);
    Path predictions = folder.resolve("copa.jsonl");
    CommandRun run =
        CommandRun.groundstream(
            "evaluate",
            "copa",
            "--annotations",
            file.toString(),
            "--predictions",
            predictions.toString(),
            "--dtype",
            "float32",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    // Improbable words make the long choices less likely in any model.
    assertThat(reports(run).get(0).at("/figures/0/ours").asDouble()).isEqualTo(100);
    assertThat(JSON.readTree(Files.readAllLines(predictions).get(1)).path("log_probabilities"))
        .hasSize(2);

    CommandRun again =
        CommandRun.groundstream("evaluate", "copa", "--json", "--from", predictions.toString());
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCodes.OK);
    assertThat(reports(again).get(0).path("figures"))
        .isEqualTo(reports(run).get(0).path("figures"));
    CommandRun manifest =
        CommandRun.groundstream(
            "evaluate", "seed-bench", "--scenes", "--write-manifest", folder + "/m.jsonl");
    assertThat(manifest.err()).contains("--write-manifest: question 1000 scores given texts");
  }

  @Test
  void wrongUsageIsExplained() {
    assertThat(CommandRun.groundstream("evaluate").err()).contains("Missing BENCHMARK");
    assertThat(CommandRun.groundstream("evaluate", "refcoco").err())
        .contains("--annotations: not given (expected: MDETR's finetune_refcoco_val.json");
    assertThat(
            CommandRun.groundstream("evaluate", "refcoco", "--annotations", REFCOCO.toString())
                .err())
        .contains("--images: not given");
    assertThat(CommandRun.groundstream("evaluate", "refcoco", "--spread", "float32").err())
        .contains("--spread: float32 (expected: such as bfloat16/16)");
  }

  private static CommandRun refcoco(String... more) {
    return CommandRun.groundstream(
        Stream.concat(
                Stream.of("evaluate", "refcoco", "--scenes", "--limit", "12", "--json"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static List<JsonNode> reports(CommandRun run) throws IOException {
    return Stream.of(run.out().split("\n", -1))
        .filter(line -> !line.isBlank())
        .map(
            line -> {
              try {
                return JSON.readTree(line);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            })
        .toList();
  }
}
