package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.decoding.Sampling;
import io.groundstream.kosmos2.engine.FinishReason;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With decoding options, too, the generated tokens equal the reference's in float32, alone and in
 * batches that mix all kinds of decoding. {@code make_decoding.py} beside the goldens made them.
 */
final class DecodingParityTest {
  private static final Path DEMO = Path.of("../demo-checkpoint");
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final JsonMapper JSON = new JsonMapper();

  /** The images are lossless, so that only the order of sums differs. */
  private static final double TOLERANCE = 1e-3;

  private record Golden(
      String image,
      String prompt,
      GenerationOptions options,
      int[] generatedIds,
      double[] probabilities) {

    static Golden parse(String line) throws Exception {
      JsonNode node = JSON.readTree(line);
      JsonNode options = node.get("options");
      return new Golden(
          node.get("image").asText(),
          node.get("prompt").asText(),
          GenerationOptions.builder()
              .optMaxNewTokens(options.get("max_new_tokens").asInt())
              .optNoRepeatNgramSize(options.path("no_repeat_ngram_size").asInt(0))
              .optMinNewTokens(options.path("min_new_tokens").asInt(0))
              .optRepetitionPenalty(options.path("repetition_penalty").asDouble(1))
              .optBeams(options.path("num_beams").asInt(1))
              .optLengthPenalty(options.path("length_penalty").asDouble(1))
              .optStopStrings(texts(options.path("stop_strings")))
              .optBadWords(texts(options.path("bad_words")))
              .build(),
          stream(node.get("generated_ids")).mapToInt(JsonNode::asInt).toArray(),
          stream(node.get("probabilities")).mapToDouble(JsonNode::asDouble).toArray());
    }

    private static List<String> texts(JsonNode array) {
      return stream(array).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
      return StreamSupport.stream(array.spliterator(), false);
    }

    FinishReason finishReason() {
      if (generatedIds[generatedIds.length - 1] == 2) {
        return FinishReason.END;
      }
      return options.stopStrings().isEmpty() || generatedIds.length == options.maxNewTokens()
          ? FinishReason.LENGTH
          : FinishReason.STOP;
    }
  }

  private static List<Golden> goldens() throws Exception {
    List<Golden> goldens = new ArrayList<>();
    for (String line : Files.readAllLines(GOLDENS.resolve("decoding-demo.jsonl"))) {
      goldens.add(Golden.parse(line));
    }
    return goldens;
  }

  private static Kosmos2 load(Path checkpoint, int batchSize) throws Exception {
    return Kosmos2.load(
        Kosmos2Options.builder(checkpoint)
            .optDevice(DeviceSpec.CPU)
            .optPrecision(Precision.FLOAT32)
            .optMaxBatchSize(batchSize)
            .build(),
        LoadProgress.NONE);
  }

  private static PreparedImage image(Kosmos2 model, String name) throws Exception {
    return model.prepare(Files.readAllBytes(GOLDENS.resolve("decoding").resolve(name)));
  }

  /** With 10 slots a request has the engine for itself, if each waits for the one before. */
  @ParameterizedTest(name = "{0} slots")
  @ValueSource(ints = {10, 13, 32})
  void tokensEqualTheReferences(int batchSize) throws Exception {
    List<Golden> goldens = goldens();
    Collections.shuffle(goldens, new Random(batchSize));
    try (Kosmos2 model = load(DEMO, batchSize)) {
      Map<String, PreparedImage> images = new HashMap<>();
      List<Future<GroundedAnswer>> answers = new ArrayList<>();
      for (Golden golden : goldens) {
        if (!images.containsKey(golden.image())) {
          images.put(golden.image(), image(model, golden.image()));
        }
        Future<GroundedAnswer> answer =
            model.ground(
                new GroundingRequest(
                    Task.PROMPT,
                    golden.prompt(),
                    List.of(),
                    images.get(golden.image()),
                    golden.options()));
        answers.add(answer);
        if (batchSize == 10) {
          GroundedAnswer unused = answer.get(1, TimeUnit.MINUTES);
        }
      }
      SoftAssertions every = new SoftAssertions();
      for (int i = 0; i < goldens.size(); i++) {
        check(every, answers.get(i).get(5, TimeUnit.MINUTES), goldens.get(i));
      }
      every.assertAll();
    }
    assertThat(goldens).hasSize(144);
  }

  private static void check(SoftAssertions every, GroundedAnswer answer, Golden golden) {
    String name = golden.image() + " " + golden.prompt() + " " + golden.options();
    every.assertThat(answer.generatedIds()).as(name).isEqualTo(golden.generatedIds());
    int common = Math.min(answer.probabilities().length, golden.probabilities().length);
    for (int i = 0; i < common; i++) {
      every
          .assertThat((double) answer.probabilities()[i])
          .as("%s, probability %d", name, i)
          .isCloseTo(golden.probabilities()[i], within(TOLERANCE));
    }
    every.assertThat(answer.finishReason()).as(name).isEqualTo(golden.finishReason());
  }

  @Test
  void samplingAmongOneIsGreedyAndTheSeedDecidesTheRest() throws Exception {
    List<int[]> alone = new ArrayList<>();
    for (int batchSize : new int[] {1, 17}) {
      try (Kosmos2 model = load(DEMO, batchSize)) {
        PreparedImage image = image(model, "scene-001.png");
        List<Future<GroundedAnswer>> answers = new ArrayList<>();
        answers.add(model.ground(request(image, null)));
        answers.add(model.ground(request(image, new Sampling(5, 1, 1, 3))));
        for (long seed = 0; seed < 24; seed++) {
          answers.add(model.ground(request(image, new Sampling(1.5, 0, 1, seed))));
          answers.add(model.ground(request(image, new Sampling(2, 20, 0.9, seed))));
        }
        List<int[]> tokens = new ArrayList<>();
        for (Future<GroundedAnswer> answer : answers) {
          tokens.add(answer.get(1, TimeUnit.MINUTES).generatedIds());
        }
        assertThat(tokens.get(1)).isEqualTo(tokens.get(0));
        assertThat(tokens.stream().map(Arrays::toString).distinct().count()).isGreaterThan(40);
        if (alone.isEmpty()) {
          alone.addAll(tokens);
        } else {
          assertThat(tokens.toArray(new int[0][])).isDeepEqualTo(alone.toArray(new int[0][]));
        }
      }
    }
  }

  private static GroundingRequest request(PreparedImage image, @Nullable Sampling sampling) {
    return new GroundingRequest(
        Task.GROUNDED_CAPTION,
        null,
        List.of(),
        image,
        GenerationOptions.builder().optMaxNewTokens(24).optSampling(sampling).build());
  }
}
