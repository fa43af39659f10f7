package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.console.render.BoxRenderer;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
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
import org.junit.jupiter.params.provider.CsvSource;
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
  void imagesOfOnePromptAreNamedInItsOrderAndDrawnWithTheirOwnBoxes() throws Exception {
    Path drawn = directory.resolve("drawn");
    JsonNode line =
        line(
            "--task|prompt|--image|../demo-scenes/scene-001.jpg|--image|../demo-scenes/scene-000.jpg|--text|<image:2>"
                + " An image of a ball.<image:1><grounding> A<phrase>"
                + " tulip</phrase><object><patch_index_0229><patch_index_0523></object>"
                + " is|--render|"
                + drawn);
    assertThat(texts(line.get("images"))).containsExactly("scene-000.jpg", "scene-001.jpg");
    assertThat(line.get("image").asText()).isEqualTo("scene-001.jpg");
    assertThat(line.get("prompt").asText()).startsWith("<grounding> A<phrase> tulip</phrase>");
    assertThat(ints(line.get("prompt_ids"))).filteredOn(id -> id == 167).hasSize(2);
    assertThat(line.get("phrases")).isNotEmpty();
    for (JsonNode phrase : line.get("phrases")) {
      assertThat(phrase.get("image").asInt()).isEqualTo(1);
    }
    for (String scene : List.of("scene-000", "scene-001")) {
      byte[] plain =
          new BoxRenderer()
              .render(
                  new ImageDecoder(ImageOptions.defaults())
                      .decode(Files.readAllBytes(Path.of("../demo-scenes", scene + ".jpg"))),
                  List.of());
      assertThat(Arrays.equals(Files.readAllBytes(drawn.resolve(scene + ".png")), plain))
          .as(scene + " without boxes")
          .isEqualTo(scene.equals("scene-000"));
    }
  }

  @Test
  void withoutMarkersImagesStandBeforeTheText() throws Exception {
    String images = "--image|../demo-scenes/scene-001.jpg|--image|../demo-scenes/scene-000.jpg|";
    JsonNode plain = line("--task|prompt|" + images + "--text|An image of");
    JsonNode marked = line("--task|prompt|" + images + "--text|<image:1><image:2>An image of");
    assertThat(plain.get("prompt_ids")).isEqualTo(marked.get("prompt_ids"));
    assertThat(plain.get("generated_ids")).isEqualTo(marked.get("generated_ids"));
  }

  @Test
  void demonstrationsStandBeforeEveryImageWithTheirBoxes() throws Exception {
    CommandRun run =
        infer(
            "--task|referring-expression|--region|0.11,0.73,0.30,0.95"
                + "|--demonstration|../demo-scenes/scene-001.jpg::<grounding><box:0,0.5,0.5,1> is a"
                + " tulip.|../demo-scenes/scene-000.jpg|../demo-scenes/scene-002.jpg");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<JsonNode> lines = lines(run);
    assertThat(lines).hasSize(2);
    assertThat(texts(lines.get(1).get("images"))).containsExactly("scene-001.jpg", "scene-002.jpg");
    JsonNode phrase = lines.get(0).get("phrases").get(0);
    assertThat(phrase.get("phrase").asText()).isEqualTo("It");
    assertThat(phrase.get("image").asInt()).isEqualTo(1);
    assertThat(phrase.at("/boxes/0/given").asBoolean()).isTrue();

    JsonNode written =
        line(
            "--task|prompt|--image|../demo-scenes/scene-001.jpg|--image|../demo-scenes/scene-000.jpg"
                + "|--no-repeat-ngram-size|0|--text|<image:1><grounding><phrase>"
                + " It</phrase><object><patch_index_0512><patch_index_1007></object> is a"
                + " tulip.<image:2>"
                + lines.get(0).get("prompt").asText());
    assertThat(lines.get(0).get("prompt_ids")).isEqualTo(written.get("prompt_ids"));
    assertThat(lines.get(0).get("generated_ids")).isEqualTo(written.get("generated_ids"));
  }

  @Test
  void textsAreScoredInPlaceOfAnAnswer() throws Exception {
    String texts = "--score|a tulip|--score|a ball.|--score|a penguin on the left|";
    JsonNode line = line(texts + "../demo-scenes/scene-001.jpg");
    assertThat(line.get("prompt").asText()).isEqualTo("<grounding> An image of");
    assertThat(line.has("generated_ids")).isFalse();
    assertThat(line.get("ranking").asText()).isEqualTo("sum");
    assertThat(line.get("candidates")).hasSize(3);
    assertThat(line.get("best").asInt()).isEqualTo(best(line, "sum"));
    for (JsonNode candidate : line.get("candidates")) {
      double sum = 0;
      StringBuilder text = new StringBuilder();
      for (int token = 0; token < candidate.get("ids").size(); token++) {
        double logarithm = candidate.get("log_probabilities").get(token).asDouble();
        assertThat(logarithm).isNotPositive();
        sum += logarithm;
        text.append(candidate.get("tokens").get(token).asText());
      }
      assertThat(text.toString().strip()).isEqualTo(candidate.get("text").asText());
      assertThat(candidate.get("sum").asDouble()).isCloseTo(sum, within(1e-4));
      assertThat(candidate.get("mean").asDouble())
          .isCloseTo(sum / candidate.get("ids").size(), within(1e-4));
    }
    JsonNode raw =
        line(
            "--task|score|--text|<grounding> An image of|--ranking|mean|"
                + texts
                + "../demo-scenes/scene-001.jpg");
    assertThat(raw.get("prompt_ids")).isEqualTo(line.get("prompt_ids"));
    assertThat(raw.get("candidates")).isEqualTo(line.get("candidates"));
    assertThat(raw.get("best").asInt()).isEqualTo(best(raw, "mean"));
  }

  private static int best(JsonNode line, String ranking) {
    int best = 0;
    for (int index = 1; index < line.get("candidates").size(); index++) {
      if (line.get("candidates").get(index).get(ranking).asDouble()
          > line.get("candidates").get(best).get(ranking).asDouble()) {
        best = index;
      }
    }
    return best;
  }

  @Test
  void aTableOfScoresHasTheBestTextFirst() throws Exception {
    String texts = "--score|a penguin|--score|a tulip|";
    JsonNode line = line(texts + "../demo-scenes/scene-001.jpg");
    CommandRun run = infer(texts + "--table|../demo-scenes/scene-001.jpg");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .hasSize(4)
        .startsWith("scene-001.jpg: <grounding> An image of")
        .anyMatch(row -> row.contains("SUM") && row.contains("MEAN") && row.contains("TOKENS"));
    String best = line.get("candidates").get(line.get("best").asInt()).get("text").asText();
    assertThat(run.out().lines().toList().get(2)).startsWith("1 ").contains(" " + best + " ");
  }

  /** Beams need slots at once, and a prompt with demonstrations takes the place of several. */
  @Test
  void beamsGoWithDemonstrations() throws Exception {
    String shown = "--demonstration|../demo-scenes/scene-00%d.jpg::An image of a ball.|";
    JsonNode answer =
        line(
            "--task|caption|--beams|5|"
                + shown.formatted(1)
                + shown.formatted(2)
                + shown.formatted(3)
                + shown.formatted(4)
                + "../demo-scenes/scene-000.jpg");
    assertThat(answer.at("/options/beams").asInt()).isEqualTo(5);
    assertThat(answer.get("answer").asText()).isNotEmpty();
  }

  @Test
  void answersKeepConstraintsAndSayByWhichOptionsTheyWereMade() throws Exception {
    String question = "--task|phrase-grounding|--text|a penguin|";
    JsonNode boxes =
        line(question + "--constrain|boxes|--max-boxes|1|../demo-scenes/scene-001.jpg");
    int count = 0;
    for (JsonNode phrase : boxes.get("phrases")) {
      count += phrase.get("boxes").size();
    }
    assertThat(count).isEqualTo(1);
    assertThat(boxes.get("warnings")).isEmpty();
    assertThat(boxes.at("/options/constraint").asText()).isEqualTo("boxes");
    assertThat(boxes.at("/options/max_boxes").asInt()).isEqualTo(1);

    JsonNode grounded =
        line(
            "--task|prompt|--text|<grounding>|--phrase|a penguin|--phrase|a ball|--max-boxes|1|"
                + "../demo-scenes/scene-001.jpg");
    assertThat(grounded.get("phrases"))
        .extracting(phrase -> phrase.get("phrase").asText())
        .containsExactly("a penguin", "a ball");
    assertThat(texts(grounded.at("/options/phrases"))).containsExactly("a penguin", "a ball");

    JsonNode choice =
        line(
            "--task|question|--text|What is this?|--choice|a submarine|--choice|a teapot|"
                + "../demo-scenes/scene-001.jpg");
    assertThat(choice.get("answer").asText()).isIn("a submarine", "a teapot");
    assertThat(choice.get("finish_reason").asText()).isEqualTo("end");
    assertThat(texts(choice.at("/options/choices"))).containsExactly("a submarine", "a teapot");

    JsonNode longer =
        line(
            "--temperature|1.5|--top-k|5|--seed|7|--max-new-tokens|40|--constrain|boxes|"
                + "../demo-scenes/scene-001.jpg");
    assertThat(longer.get("warnings")).isEmpty();
    assertThat(longer.get("phrases")).isNotEmpty();

    JsonNode drawn =
        line(
            "--temperature|1.5|--top-k|5|--seed|7|--max-new-tokens|4|--constrain|well-formed|"
                + "--bad-word|tulip|../demo-scenes/scene-001.jpg");
    JsonNode options = drawn.get("options");
    assertThat(options.get("temperature").asDouble()).isEqualTo(1.5);
    assertThat(options.get("top_k").asInt()).isEqualTo(5);
    assertThat(options.get("top_p").asDouble()).isEqualTo(1);
    assertThat(options.get("seed").asLong()).isEqualTo(7);
    assertThat(options.get("beams").asInt()).isEqualTo(1);
    assertThat(options.get("max_new_tokens").asInt()).isEqualTo(4);
    assertThat(options.get("constraint").asText()).isEqualTo("well-formed");
    assertThat(options.has("max_boxes")).isFalse();
    assertThat(texts(options.get("bad_words"))).containsExactly("tulip");
  }

  @Test
  void namedRegionsAndATextMakeThePrompt() throws Exception {
    JsonNode line =
        line(
            "--task|referring-expression|--region|0.1,0.1,0.4,0.4=a ball|--region"
                + "|0.5,0.5,0.9,0.95=a tulip|--text|are|../demo-scenes/scene-000.jpg");
    assertThat(line.get("prompt").asText())
        .isEqualTo(
            "<grounding><phrase> a ball</phrase><object><patch_index_0099><patch_index_0396>"
                + "</object><phrase> a tulip</phrase><object><patch_index_0528><patch_index_0988>"
                + "</object> are");
    assertThat(line.at("/phrases/1/phrase").asText()).isEqualTo("a tulip");
    assertThat(line.at("/phrases/1/boxes/0/given").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "prompt-too-long; 512; --task|prompt|--text|IMAGES",
        "candidates-invalid; at least one; --score|a dog|--score| |../demo-scenes/scene-000.jpg",
        "option-invalid; >= 7; --constrain|boxes|--max-new-tokens|3|../demo-scenes/scene-000.jpg",
        "option-invalid; number 2; --choice|a|--choice| |../demo-scenes/scene-000.jpg",
        "option-invalid; <= 1; --choice|a b c|--max-new-tokens|2|../demo-scenes/scene-000.jpg",
        "image-not-found; no/b.jpg; --task|prompt|--text|x|--image|../demo-scenes/scene-000.jpg"
            + "|--image|no/b.jpg",
        "text-missing; after the last; --task|prompt|--text|x <image:1>|--image"
            + "|../demo-scenes/scene-000.jpg",
        "text-missing; phrase of region 1; --task|referring-expression|--region|0,0,1,1= "
            + "|../demo-scenes/scene-000.jpg",
        "text-unexpected; no text; --text|x|../demo-scenes/scene-000.jpg",
        "box-unexpected; 0.0,0.0,1.0,1.0; --region|0,0,1,1|../demo-scenes/scene-000.jpg",
      })
  void whatTheModelCannotBeAskedIsAnErrorLine(String code, String message, String arguments)
      throws Exception {
    String images = "|--image|../demo-scenes/scene-000.jpg".repeat(8);
    CommandRun run = infer(arguments.replace("IMAGES", "An image of" + images));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
    JsonNode line = lines(run).get(0);
    assertThat(line.at("/error/code").asText()).as(run.out()).isEqualTo(code);
    assertThat(line.at("/error/message").asText()).contains(message).contains("expected");
  }

  @Test
  void aDemonstrationWithoutItsImageIsNamed() {
    CommandRun missing = infer("--demonstration|no/cup.jpg::a cup.|../demo-scenes/scene-000.jpg");
    assertThat(missing.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(missing.out()).isEmpty();
    assertThat(missing.err()).contains("--demonstration no/cup.jpg: no such file");
    String text = IMAGES.resolve("hostile/text.jpg").toString();
    CommandRun noImage = infer("--demonstration|" + text + "::a cup.|../demo-scenes/scene-000.jpg");
    assertThat(noImage.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(noImage.err()).contains("--demonstration " + text + ": ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--demonstration; --demonstration|::a cup.|x.jpg",
        "--demonstration; --demonstration|cup.jpg|x.jpg",
        "--demonstration; --demonstration|cup.jpg:: |x.jpg",
        "<box:1,2>; --demonstration|cup.jpg::<box:1,2> is a cup.|x.jpg",
        "inverted; --demonstration|cup.jpg::<box:0.9,0,0.1,1> is a cup.|x.jpg",
        "Missing IMAGE; --demonstration|cup.jpg::a cup.|--task|prompt|--text|x",
        "at most 7; --demonstration|a::b|--demonstration|a::b|--demonstration|a::b|--demonstration"
            + "|a::b|--demonstration|a::b|--demonstration|a::b|--demonstration|a::b"
            + "|--demonstration|a::b|x.jpg",
        "at most 8; --task|prompt|--image|a|--text|<image:1><image:1><image:1><image:1><image:1>"
            + "<image:1><image:1><image:1><image:1> x",
        "<image:3>; --task|prompt|--image|a|--image|b|--text|<image:1> and <image:3> x",
        "<image:0>; --task|prompt|--image|a|--text|<image:0> x",
        "<image:one>; --task|prompt|--image|a|--text|<image:one> x",
        "<image:2>; --task|prompt|--image|a|--image|b|--text|<image:1> x",
        "--image FILE; --task|prompt|--text|<image:1> x|x.jpg",
        "--task prompt; --image|a",
        "without IMAGE; --task|prompt|--text|x|--image|a|x.jpg",
        "--score TEXT; --table|x.jpg",
        "--score TEXT; --ranking|mean|x.jpg",
        "--ranking; --score|a|--ranking|best|x.jpg",
        "--score; --task|score|--text|x|x.jpg",
        "--beams; --score|a|--beams|2|x.jpg",
        "--choice; --score|a|--choice|b|x.jpg",
        "--render; --score|a|--render|d|x.jpg",
        "--max-boxes; --max-boxes|2|x.jpg",
        "--max-boxes; --constrain|boxes|--max-boxes|0|x.jpg",
        "--constrain; --constrain|tidy|x.jpg",
        "--choice; --constrain|boxes|--choice|a|x.jpg",
        "--phrase; --choice|a|--phrase|a|x.jpg",
        "--stop; --constrain|boxes|--stop|a|x.jpg",
        "--region; --region|0,0,1=a dog|x.jpg",
      })
  void contradictionsAreWrongUsage(String message, String arguments) {
    CommandRun run = infer(arguments);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(message, "Help:");
  }

  private static CommandRun infer(String arguments) {
    List<String> all = new ArrayList<>(List.of("infer"));
    all.addAll(Arrays.asList(arguments.split("\\|", -1)));
    return CommandRun.groundstream(all.toArray(String[]::new));
  }

  /** Runs {@code infer} with arguments that are separated by bars and returns its only line. */
  private static JsonNode line(String arguments) throws IOException {
    CommandRun run = infer(arguments);
    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    List<JsonNode> lines = lines(run);
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<Integer> ints(JsonNode array) {
    List<Integer> ints = new ArrayList<>();
    array.forEach(number -> ints.add(number.asInt()));
    return ints;
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
