package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.engine.FinishReason;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint's files say about generating, and the end of its positions. */
class CheckpointSettingsTest {
  private static final Path CHECKPOINTS = Path.of("src/test/resources/checkpoints");
  private static final Path IMAGES = Path.of("../images/src/test/resources/goldens/images");
  private static final int LEFT_OPEN = GenerationOptions.AS_IN_CHECKPOINT;

  @TempDir Path directory;

  @Test
  void generationConfigAppliesToRequestsThatSayNothing() throws Exception {
    copy("random-untied-f32");
    Files.writeString(directory.resolve("generation_config.json"), "{\"no_repeat_ngram_size\": 3}");
    ReferenceAnswer plain = ReferenceAnswer.read("random-untied-f32").get(0);
    ReferenceAnswer blocked = same(ReferenceAnswer.read("random-untied-f32-ngram3"), plain);
    int[] first = Arrays.copyOf(blocked.generatedIds(), plain.generatedIds().length);
    assertThat(first).isNotEqualTo(plain.generatedIds());

    try (Kosmos2 model = load(true)) {
      GroundedAnswer answer = ask(model, plain, new GenerationOptions(32, LEFT_OPEN));
      assertThat(answer.generatedIds()).isEqualTo(blocked.generatedIds());
      assertThat(answer.options().noRepeatNgramSize()).isEqualTo(3);
      // The request goes before the file.
      answer = ask(model, plain, new GenerationOptions(24, 0));
      assertThat(answer.generatedIds()).isEqualTo(plain.generatedIds());
      assertThat(answer.options().noRepeatNgramSize()).isZero();
    }
    try (Kosmos2 model = load(false)) {
      GroundedAnswer answer = ask(model, plain, new GenerationOptions(24, LEFT_OPEN));
      assertThat(answer.generatedIds()).isEqualTo(plain.generatedIds());
      assertThat(answer.options().noRepeatNgramSize()).isZero();
    }
  }

  @Test
  void answersEndWithTheLastPositionAndSayThatTheyAreLimited() throws Exception {
    copy("random-tiny");
    ReferenceAnswer reference =
        ReferenceAnswer.read("random-tiny").stream()
            .filter(answer -> answer.generatedIds().length == 24)
            .findFirst()
            .orElseThrow();
    int prompt = reference.promptIds().length;

    // The model reads the prompt and nine tokens, and generates a tenth.
    setPositions(prompt + 9);
    try (Kosmos2 model = load(true)) {
      GroundedAnswer answer = ask(model, reference, new GenerationOptions(96, 0));
      assertThat(answer.generatedIds()).isEqualTo(Arrays.copyOf(reference.generatedIds(), 10));
      assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(answer.options().maxNewTokens()).isEqualTo(10);
      assertThat(answer.grounded().warnings())
          .contains("max-new-tokens: 96 is limited to 10, the room that the prompt leaves");
      answer = ask(model, reference, new GenerationOptions(10, 0));
      assertThat(answer.generatedIds()).hasSize(10);
      assertThat(answer.grounded().warnings())
          .noneMatch(warning -> warning.startsWith("max-new-tokens"));
    }
    setPositions(prompt);
    try (Kosmos2 model = load(true)) {
      assertThat(ask(model, reference, new GenerationOptions(96, 0)).generatedIds())
          .isEqualTo(Arrays.copyOf(reference.generatedIds(), 1));
    }
    setPositions(prompt - 1);
    try (Kosmos2 model = load(true)) {
      assertThatThrownBy(() -> ask(model, reference, new GenerationOptions(1, 0)))
          .hasCauseInstanceOf(GroundingException.class)
          .hasMessageContaining(
              "prompt: %d tokens (expected: <= %d, the model's positions)", prompt, prompt - 1);
    }
  }

  private static ReferenceAnswer same(List<ReferenceAnswer> answers, ReferenceAnswer other) {
    return answers.stream()
        .filter(
            answer ->
                answer.image().equals(other.image()) && answer.prompt().equals(other.prompt()))
        .findFirst()
        .orElseThrow();
  }

  private static GroundedAnswer ask(
      Kosmos2 model, ReferenceAnswer reference, GenerationOptions options) throws Exception {
    PreparedImage image = model.prepare(Files.readAllBytes(IMAGES.resolve(reference.image())));
    return model
        .ground(new GroundingRequest(Task.PROMPT, reference.prompt(), List.of(), image, options))
        .get();
  }

  private Kosmos2 load(boolean followsGenerationConfig) throws Exception {
    return Kosmos2.load(
        Kosmos2Options.builder(directory)
            .optDevice(DeviceSpec.CPU)
            .optPrecision(Precision.FLOAT32)
            .optMaxBatchSize(2)
            .optWarmUp(false)
            .optFollowsGenerationConfig(followsGenerationConfig)
            .build(),
        LoadProgress.NONE);
  }

  private void setPositions(int positions) throws Exception {
    JsonMapper json = new JsonMapper();
    Path file = directory.resolve("config.json");
    ObjectNode config = (ObjectNode) json.readTree(file.toFile());
    ((ObjectNode) config.get("text_config")).put("max_position_embeddings", positions);
    json.writeValue(file.toFile(), config);
  }

  private void copy(String checkpoint) throws Exception {
    try (Stream<Path> files = Files.list(CHECKPOINTS.resolve(checkpoint))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(Objects.requireNonNull(file.getFileName())));
      }
    }
  }
}
