package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.groundstream.kosmos2.SeveralImagesAnswer.ImageReader;
import io.groundstream.kosmos2.engine.EngineCounter;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * In float32 the answers to prompts with one to five images equal the reference's, and the scores
 * of candidates are its logarithmic probabilities: alone, in batches of rows with different numbers
 * of images, as parts, and as demonstrations whose prefix is shared or not.
 */
final class SeveralImagesParityTest {
  private static final double LOG_TOLERANCE = 1e-4;

  /** The demo's scenes are JPEG, for which decoders occasionally differ by one level. */
  private static final double LOSSY_LOG_TOLERANCE = 5e-2;

  private enum Form {
    PARTS,
    DEMONSTRATIONS,
    SHARED
  }

  @ParameterizedTest(name = "{0} as {2}, batches of {3}")
  @CsvSource({
    "random-tiny, 24, PARTS, 1",
    "random-tiny, 24, PARTS, 7",
    "random-tiny, 24, DEMONSTRATIONS, 7",
    "random-tiny, 24, SHARED, 1",
    "random-tiny, 24, SHARED, 7",
    "demo, 96, PARTS, 1",
    "demo, 96, PARTS, 24",
    "demo, 96, SHARED, 24",
  })
  void equalTheReferences(String name, int maxNewTokens, Form form, int batchSize)
      throws Exception {
    boolean demo = name.equals("demo");
    Path directory =
        demo
            ? Path.of("../demo-checkpoint")
            : Path.of("src/test/resources/checkpoints").resolve(name);
    Path folder =
        demo
            ? Path.of("../../jobs/demo-scenes")
            : Path.of("../images/src/test/resources/goldens/images");
    List<SeveralImagesAnswer> references = new ArrayList<>(SeveralImagesAnswer.read(name));
    if (form != Form.PARTS) {
      references.removeIf(reference -> !reference.isDemonstrated());
    }
    // Twice, so that each shared prefix is used again.
    references.addAll(List.copyOf(references));
    Collections.shuffle(references, new Random(19));
    GenerationOptions options = new GenerationOptions(maxNewTokens, 0);
    Kosmos2Options modelOptions =
        Kosmos2Options.builder(directory)
            .optDevice(DeviceSpec.CPU)
            .optPrecision(Precision.FLOAT32)
            .optMaxBatchSize(batchSize)
            .optQueueCapacity(128)
            .build();
    try (Kosmos2 model = Kosmos2.load(modelOptions, LoadProgress.NONE)) {
      ImageReader reader = SeveralImagesAnswer.imagesIn(folder, model);
      List<Future<GroundedAnswer>> pending = new ArrayList<>();
      for (SeveralImagesAnswer reference : references) {
        pending.add(
            model.ground(
                switch (form) {
                  case PARTS -> reference.asParts(reader, options);
                  case DEMONSTRATIONS -> reference.asDemonstrations(reader, options, false);
                  case SHARED -> reference.asDemonstrations(reader, options, true);
                }));
      }
      int scored = 0;
      for (int i = 0; i < references.size(); i++) {
        GroundedAnswer answer = pending.get(i).get(5, TimeUnit.MINUTES);
        SeveralImagesAnswer reference = references.get(i);
        check(answer, reference, demo ? LOSSY_LOG_TOLERANCE : LOG_TOLERANCE);
        scored += reference.candidates().isEmpty() ? 0 : 1;
      }
      assertThat(references.size() - scored).as("generated").isGreaterThanOrEqualTo(16);
      assertThat(scored).as("scored").isGreaterThanOrEqualTo(4);
      long reused = model.statistics().get(EngineCounter.REUSED_PREFIXES);
      if (form == Form.SHARED) {
        assertThat(reused).as("reused prefixes").isPositive();
      } else {
        assertThat(reused).as("reused prefixes").isZero();
      }
    }
  }

  private static void check(
      GroundedAnswer answer, SeveralImagesAnswer reference, double tolerance) {
    String name = reference.images() + " " + reference.texts();
    assertThat(answer.prompt().ids()).as(name).isEqualTo(reference.promptIds());
    if (reference.candidates().isEmpty()) {
      assertThat(answer.generatedIds()).as(name).isEqualTo(reference.generatedIds());
    }
    for (int candidate = 0; candidate < reference.candidates().size(); candidate++) {
      assertThat(answer.scores().get(candidate).tokens())
          .as(name)
          .isEqualTo(reference.candidateIds().get(candidate));
      double[] expected = reference.scores().get(candidate);
      float[] found = answer.scores().get(candidate).logProbabilities();
      assertThat(found).as(name).hasSameSizeAs(expected);
      for (int token = 0; token < expected.length; token++) {
        assertThat((double) found[token])
            .as(name + " candidate " + candidate + " token " + token)
            .isCloseTo(expected[token], within(tolerance));
      }
    }
  }
}
