package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.jobs.cli.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the output of {@code infer} that scripts rely on, with real models. */
class InferCommandITCase {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path MODEL_SERVING = Path.of("..", "..", "model-serving");
  private static final Path RESOURCES = MODEL_SERVING.resolve("kosmos2/src/test/resources");
  private static final Path GOLDENS = RESOURCES.resolve("goldens");
  private static final Path IMAGES = MODEL_SERVING.resolve("images/src/test/resources/goldens");
  private static final String RANDOM_TINY =
      RESOURCES.resolve("checkpoints").resolve("random-tiny").toString();

  @TempDir Path directory;

  private static List<JsonNode> lines(CommandRun run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void linesHaveTheFieldsAndValuesOfTheReference() throws Exception {
    List<JsonNode> references = new ArrayList<>();
    for (String line : Files.readAllLines(GOLDENS.resolve("generation-random-tiny.jsonl"))) {
      JsonNode reference = JSON.readTree(line);
      if (reference.get("prompt").asText().equals("<grounding> An image of")) {
        references.add(reference);
      }
    }
    assertThat(references).hasSize(4);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "infer",
                "--checkpoint",
                RANDOM_TINY,
                "--dtype",
                "float32",
                "--max-new-tokens",
                "24",
                "--batch-size",
                "3"));
    for (JsonNode reference : references) {
      arguments.add(IMAGES.resolve("images").resolve(reference.get("image").asText()).toString());
    }
    CommandRun run = CommandRun.groundstream(arguments.toArray(String[]::new));

    assertThat(run.exitCode()).as(run.err()).isZero();
    List<JsonNode> lines = lines(run);
    assertThat(lines).hasSize(4);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = lines.get(i);
      JsonNode reference = references.get(i);
      for (String field :
          List.of(
              "image",
              "width",
              "height",
              "prompt",
              "prompt_ids",
              "generated_ids",
              "text",
              "caption")) {
        assertThat(line.get(field)).as(field).isEqualTo(reference.get(field));
      }
      assertThat(line.get("task").asText()).isEqualTo("grounded-caption");
      assertThat(line.get("answer").isTextual()).isTrue();
      assertThat(line.get("finish_reason").asText()).isEqualTo("length");
      assertThat(line.get("probabilities")).hasSameSizeAs(reference.get("probabilities"));
      for (int token = 0; token < line.get("probabilities").size(); token++) {
        double difference =
            line.get("probabilities").get(token).asDouble()
                - reference.get("probabilities").get(token).asDouble();
        assertThat(Math.abs(difference)).isLessThan(1e-4);
      }
    }
  }

  @Test
  void badImagesBecomeErrorLinesInTheirPlaceAndTheRestIsAnswered() throws Exception {
    CommandRun run =
        CommandRun.groundstream(
            "infer",
            "../demo-scenes/scene-001.jpg",
            IMAGES.resolve("hostile/text.jpg").toString(),
            "no/such/file.png",
            "../demo-scenes/scene-000.jpg");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    List<JsonNode> lines = lines(run);
    assertThat(lines)
        .extracting(line -> line.get("image").asText())
        .containsExactly("scene-001.jpg", "text.jpg", "file.png", "scene-000.jpg");
    assertThat(lines.get(0).get("caption").asText()).isEqualTo("An image of a tulip.");
    assertThat(lines.get(1).at("/error/code").asText()).isEqualTo("image-format-unknown");
    assertThat(lines.get(2).at("/error/code").asText()).isEqualTo("image-not-found");
    assertThat(lines.get(2).at("/error/message").asText()).contains("no/such/file.png");
    JsonNode phrases = lines.get(3).get("phrases");
    assertThat(phrases).hasSize(2);
    assertThat(phrases.get(0).get("phrase").asText()).isEqualTo("a mushroom");
    assertThat(phrases.get(0).get("start").asInt()).isEqualTo(12);
    assertThat(phrases.get(0).get("end").asInt()).isEqualTo(22);
    JsonNode box = phrases.get(0).get("boxes").get(0);
    assertThat(box.get("x_min").asDouble()).isEqualTo(0.109375);
    assertThat(box.get("y_max").asDouble()).isEqualTo(0.953125);
    assertThat(box.get("confidence").asDouble()).isBetween(0.0, 1.0);
    assertThat(box.get("given").asBoolean()).isFalse();
  }

  @Test
  void tagsInTheUsersTextArePlainText() throws Exception {
    CommandRun run =
        CommandRun.groundstream(
            "infer",
            "--task",
            "phrase-grounding",
            "--text",
            "a <phrase> dog</phrase>",
            "../demo-scenes/scene-000.jpg");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode line = lines(run).get(0);
    assertThat(line.get("prompt").asText())
        .isEqualTo("<grounding><phrase> a <phrase> dog</phrase></phrase>");
    int phraseTags = 0;
    for (JsonNode id : line.get("prompt_ids")) {
      phraseTags += id.asInt() == 171 ? 1 : 0;
    }
    assertThat(phraseTags).isEqualTo(1);
  }

  @Test
  void aGivenBoxIsMarkedAndTheRenderedImageIsAPng() throws Exception {
    Path drawn = directory.resolve("drawn");
    CommandRun run =
        CommandRun.groundstream(
            "infer",
            "--task",
            "referring-expression",
            "--box",
            "0.11,0.73,0.30,0.95",
            "--render",
            drawn.toString(),
            "../demo-scenes/scene-000.jpg");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode box = lines(run).get(0).at("/phrases/0/boxes/0");
    assertThat(box.get("given").asBoolean()).isTrue();
    assertThat(box.get("confidence").isNull()).isTrue();
    try (Stream<Path> files = Files.list(drawn)) {
      assertThat(files).containsExactly(drawn.resolve("scene-000.png"));
    }
    assertThat(ImageIO.read(drawn.resolve("scene-000.png").toFile()).getWidth())
        .isGreaterThanOrEqualTo(448);
  }

  @Test
  void aPromptNeedsNoImage() throws Exception {
    CommandRun run =
        CommandRun.groundstream(
            "infer", "--task", "prompt", "--text", "An image of", "--max-new-tokens", "3");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode line = lines(run).get(0);
    assertThat(line.get("image").isNull()).isTrue();
    assertThat(line.get("prompt_ids").get(0).asInt()).isZero();
    assertThat(line.get("generated_ids")).hasSizeBetween(1, 3);
  }

  @Test
  void tokensAreChosenAsAsked() throws Exception {
    List<JsonNode> sampled = new ArrayList<>();
    for (String options :
        List.of(
            "--beams 4 --length-penalty 0.5", "--temperature 3 --seed 1", "--top-p 1 --seed 2")) {
      List<String> arguments =
          new ArrayList<>(
              List.of("infer", "--task", "prompt", "--text", "An image of", "--batch-size", "4"));
      arguments.addAll(List.of("--min-new-tokens", "8", "--max-new-tokens", "8"));
      arguments.addAll(List.of(options.split(" ", -1)));
      CommandRun run = CommandRun.groundstream(arguments.toArray(String[]::new));
      assertThat(run.exitCode()).as(run.err()).isZero();
      sampled.add(lines(run).get(0).get("generated_ids"));
    }
    assertThat(sampled).allMatch(ids -> ids.size() == 8).doesNotHaveDuplicates();
    CommandRun run =
        CommandRun.groundstream(
            "infer", "--task", "prompt", "--text", "An image of", "--stop", " ");
    assertThat(lines(run).get(0).get("finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void aRequestThatCannotBeAskedIsAnErrorLine() throws Exception {
    CommandRun run =
        CommandRun.groundstream(
            "infer",
            "--task",
            "referring-expression",
            "--box",
            "0.9,0.1,0.2,0.9",
            "../demo-scenes/scene-000.jpg");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(lines(run).get(0).at("/error/code").asText()).isEqualTo("box-invalid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "infer",
        "infer --task sing x.jpg",
        "infer --box 1,2,3 x.jpg",
        "infer --dtype int4 x.jpg",
        "infer --device tpu x.jpg",
        "infer --max-new-tokens 0 x.jpg",
        "infer --beams 11 x.jpg",
        "infer --beams 2 --top-k 3 x.jpg",
        "infer --temperature 0 x.jpg",
        "infer --no-repeat-ngram-size -1 x.jpg",
        "infer --batch-size 0 x.jpg"
      })
  void wrongUsageIsTwoAndPrintsNothing(String line) {
    CommandRun run = CommandRun.groundstream(line.split(" ", -1));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isNotBlank();
  }

  @Test
  void aDamagedCheckpointIsRefusedWithWhatIsWrong() throws Exception {
    for (String file : List.of("config.json", "preprocessor_config.json", "tokenizer.json")) {
      Files.copy(Path.of(RANDOM_TINY, file), directory.resolve(file));
    }
    byte[] weights = Files.readAllBytes(Path.of(RANDOM_TINY, "model.safetensors"));
    Files.write(directory.resolve("model.safetensors"), Arrays.copyOf(weights, 900_000));
    CommandRun run =
        CommandRun.groundstream(
            "infer", "--checkpoint", directory.toString(), "../demo-scenes/scene-000.jpg");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("error: ").contains("model.safetensors", "expected");
  }

  @Test
  void aGpuThatIsNotThereIsRefusedWithWhatToSet() {
    CommandRun run =
        CommandRun.groundstream("infer", "--device", "gpu:97", "../demo-scenes/scene-000.jpg");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err()).contains("gpu:97", "PYTORCH_LIBRARY_PATH", "PYTORCH_FLAVOR");
  }
}
