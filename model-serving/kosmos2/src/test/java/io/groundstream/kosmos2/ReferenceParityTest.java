package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.engine.FinishReason;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * In float32 the generated tokens equal the reference's, alone and in any batch, for checkpoints of
 * several kinds: bfloat16, float32 and float16 weights, single files and shards, tied and untied
 * heads, and the prompts of all tasks.
 */
final class ReferenceParityTest {
  private static final Path RANDOM = Path.of("src/test/resources/checkpoints");
  private static final Path IMAGES = Path.of("../images/src/test/resources/goldens/images");
  private static final Path SCENES = Path.of("../../jobs/demo-scenes");

  /** Images that every decoder decodes to the same pixels. */
  private static final double LOSSLESS_TOLERANCE = 1e-4;

  /** The demo's scenes are JPEG, for which decoders occasionally differ by one level. */
  private static final double LOSSY_TOLERANCE = 2e-2;

  @ParameterizedTest(name = "{0}, batches of {4}")
  @CsvSource({
    // answers, checkpoint, no-repeat-ngram-size, tokens, batch size
    "demo, demo, 0, 96, 24",
    "demo, demo, 0, 96, 5",
    "demo, demo, 0, 96, 1",
    "demo-ngram2, demo, 2, 64, 7",
    "random-tiny, random-tiny, 0, 24, 16",
    "random-tiny, random-tiny, 0, 24, 1",
    "random-sharded-f16, random-sharded-f16, 0, 24, 11",
    "random-sharded-f16, random-sharded-f16, 0, 24, 1",
    "random-sharded-f16-ngram3, random-sharded-f16, 3, 32, 6",
    "random-untied-f32, random-untied-f32, 0, 24, 3",
    "random-untied-f32-ngram3, random-untied-f32, 3, 32, 16",
    // Of the reference with adapters that PEFT 0.21 merged.
    "adapter-plain, random-tiny, 0, 24, 8",
    "adapter-patterns, random-untied-f32, 0, 24, 5",
    "adapter-bias, random-sharded-f16, 0, 24, 1",
    "adapter-lora-bias, random-tiny, 0, 24, 16",
  })
  void tokensEqualTheReferences(
      String answers, String checkpoint, int ngramSize, int maxNewTokens, int batchSize)
      throws Exception {
    boolean demo = checkpoint.equals("demo");
    Path directory = demo ? Path.of("../demo-checkpoint") : RANDOM.resolve(checkpoint);
    // Shuffled, so that batches mix short and long prompts, tasks and images.
    List<ReferenceAnswer> references = new ArrayList<>(ReferenceAnswer.read(answers));
    Collections.shuffle(references, new Random(17));
    Kosmos2Options options =
        Kosmos2Options.builder(directory)
            .optAdapter(adapter(answers))
            .optDevice(DeviceSpec.CPU)
            .optPrecision(Precision.FLOAT32)
            .optMaxBatchSize(batchSize)
            .build();
    try (Kosmos2 model = Kosmos2.load(options, LoadProgress.NONE)) {
      Map<String, PreparedImage> images = new HashMap<>();
      List<Future<GroundedAnswer>> pending = new ArrayList<>();
      for (ReferenceAnswer reference : references) {
        PreparedImage image = images.get(reference.image());
        if (image == null) {
          Path folder = demo ? SCENES : IMAGES;
          image = model.prepare(Files.readAllBytes(folder.resolve(reference.image())));
          images.put(reference.image(), image);
        }
        pending.add(
            model.ground(
                new GroundingRequest(
                    Task.PROMPT,
                    reference.prompt(),
                    List.of(),
                    image,
                    new GenerationOptions(maxNewTokens, ngramSize))));
      }
      for (int i = 0; i < references.size(); i++) {
        check(
            pending.get(i).get(5, TimeUnit.MINUTES),
            references.get(i),
            maxNewTokens,
            demo ? LOSSY_TOLERANCE : LOSSLESS_TOLERANCE);
      }
    }
    assertThat(references).hasSizeGreaterThanOrEqualTo(16);
  }

  /** Returns the folder of the adapter that the answers are named after, or null. */
  private static @Nullable Path adapter(String answers) {
    return answers.startsWith("adapter-")
        ? Path.of("src/test/resources/adapters", answers.substring("adapter-".length()))
        : null;
  }

  private static void check(
      GroundedAnswer answer, ReferenceAnswer reference, int maxNewTokens, double tolerance) {
    String name = reference.image() + " " + reference.prompt();
    assertThat(answer.prompt().ids()).as(name).isEqualTo(reference.promptIds());
    assertThat(answer.generatedIds()).as(name).isEqualTo(reference.generatedIds());
    for (int i = 0; i < reference.probabilities().length; i++) {
      assertThat((double) answer.probabilities()[i])
          .as("%s, probability %d", name, i)
          .isCloseTo(reference.probabilities()[i], within(tolerance));
    }
    assertThat(answer.grounded().text()).as(name).isEqualTo(reference.text());
    assertThat(answer.grounded().caption()).as(name).isEqualTo(reference.caption());
    int count = reference.generatedIds().length;
    assertThat(answer.finishReason())
        .isEqualTo(
            count == maxNewTokens && reference.generatedIds()[count - 1] != 2
                ? FinishReason.LENGTH
                : FinishReason.END);
  }
}
