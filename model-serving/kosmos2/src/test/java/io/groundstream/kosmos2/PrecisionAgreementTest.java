package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reduced precisions agree with float32 on the demo's scenes: the formats that {@code auto} may
 * choose must keep 99 % of box corners within one grid cell, and a mean IoU of 0.98.
 */
final class PrecisionAgreementTest {
  private static final Path SCENES = Path.of("../../jobs/demo-scenes");
  private static final List<Task> TASKS = List.of(Task.GROUNDED_CAPTION, Task.DETAILED_CAPTION);
  private static final double CELL = 1.0 / 32 + 1e-9;

  private static List<GroundedAnswer> exact = List.of();

  @BeforeAll
  static void askInFloat32() throws Exception {
    exact = answers(Precision.FLOAT32);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void boxesAndTokensAgree(Precision precision) throws Exception {
    Agreement agreement = new Agreement();
    List<GroundedAnswer> reduced = answers(precision);
    for (int i = 0; i < exact.size(); i++) {
      agreement.add(exact.get(i), reduced.get(i));
    }
    assertThat(agreement.boxes).isGreaterThan(80);
    assertThat(agreement.cornersWithinCell / (4.0 * agreement.boxes)).isGreaterThanOrEqualTo(0.99);
    assertThat(agreement.overlap / agreement.boxes).isGreaterThanOrEqualTo(0.98);
    assertThat(agreement.sameTokens / (double) agreement.tokens).isGreaterThanOrEqualTo(0.98);
  }

  /**
   * Logits are rounded in reduced precisions, those of a certain token by as much as the logarithm
   * of its probability.
   */
  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void scoresAgreeAndAreOfProbabilities(Precision precision) throws Exception {
    List<CandidateScore> expected = scores(Precision.FLOAT32);
    List<CandidateScore> actual = scores(precision);
    int certain = 0;
    for (int i = 0; i < expected.size(); i++) {
      float[] reduced = actual.get(i).logProbabilities();
      float[] full = expected.get(i).logProbabilities();
      assertThat(reduced).hasSameSizeAs(full);
      for (int token = 0; token < full.length; token++) {
        assertThat(reduced[token]).isLessThanOrEqualTo(0);
        if (full[token] > -0.001) {
          certain++;
          assertThat(reduced[token]).isGreaterThan(-0.003f);
        }
      }
    }
    assertThat(certain).as("certain tokens").isGreaterThan(8);
  }

  private static List<CandidateScore> scores(Precision precision) throws Exception {
    List<CandidateScore> scores = new ArrayList<>();
    try (Kosmos2 model = load(precision)) {
      for (String scene : List.of("scene-000.jpg", "scene-001.jpg", "scene-002.jpg")) {
        PreparedImage image = model.prepare(Files.readAllBytes(SCENES.resolve(scene)));
        GroundingRequest request =
            new GroundingRequest(Task.CAPTION, null, List.of(), image, GenerationOptions.DEFAULT);
        List<String> texts =
            List.of("a tulip.", "a mushroom and a ball.", "a penguin on the left.");
        scores.addAll(model.score(request, texts, "").get(1, TimeUnit.MINUTES));
      }
    }
    return scores;
  }

  @Test
  void autoIsOneOfThese() {
    assertThat(Precision.AUTO.resolve(DeviceSpec.CPU)).isIn(Precision.FLOAT32, Precision.BFLOAT16);
    assertThat(Precision.AUTO.resolve(DeviceSpec.gpu(0))).isEqualTo(Precision.FLOAT32);
    assertThat(Precision.FLOAT16.resolve(DeviceSpec.CPU)).isEqualTo(Precision.FLOAT16);
  }

  private static Kosmos2 load(Precision precision) throws Exception {
    Kosmos2Options options =
        Kosmos2Options.builder(Path.of("../demo-checkpoint"))
            .optDevice(DeviceSpec.CPU)
            .optPrecision(precision)
            .build();
    return Kosmos2.load(options, LoadProgress.NONE);
  }

  private static List<GroundedAnswer> answers(Precision precision) throws Exception {
    List<GroundedAnswer> answers = new ArrayList<>();
    try (Kosmos2 model = load(precision);
        Stream<Path> files = Files.list(SCENES)) {
      assertThat(model.precision()).isEqualTo(precision);
      List<Future<GroundedAnswer>> pending = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
        PreparedImage image = model.prepare(Files.readAllBytes(file));
        for (Task task : TASKS) {
          pending.add(
              model.ground(
                  new GroundingRequest(task, null, List.of(), image, GenerationOptions.DEFAULT)));
        }
      }
      for (Future<GroundedAnswer> answer : pending) {
        answers.add(answer.get(1, TimeUnit.MINUTES));
      }
    }
    return answers;
  }

  /** Counts agreements; a box that only one side has counts as disagreement. */
  private static final class Agreement {
    private int tokens;
    private int sameTokens;
    private int boxes;
    private int cornersWithinCell;
    private double overlap;

    void add(GroundedAnswer expected, GroundedAnswer actual) {
      int[] ids = expected.generatedIds();
      int[] others = actual.generatedIds();
      tokens += Math.max(ids.length, others.length);
      for (int i = 0; i < Math.min(ids.length, others.length); i++) {
        sameTokens += ids[i] == others[i] ? 1 : 0;
      }
      List<Box> boxesOfExpected = boxes(expected);
      List<Box> boxesOfActual = boxes(actual);
      boxes += Math.max(boxesOfExpected.size(), boxesOfActual.size());
      for (int i = 0; i < Math.min(boxesOfExpected.size(), boxesOfActual.size()); i++) {
        Box a = boxesOfExpected.get(i);
        Box b = boxesOfActual.get(i);
        cornersWithinCell += near(a.xMin(), b.xMin()) + near(a.yMin(), b.yMin());
        cornersWithinCell += near(a.xMax(), b.xMax()) + near(a.yMax(), b.yMax());
        overlap += iou(a, b);
      }
    }

    private static List<Box> boxes(GroundedAnswer answer) {
      return answer.grounded().phrases().stream()
          .flatMap(phrase -> phrase.boxes().stream())
          .map(box -> box.box())
          .toList();
    }

    private static int near(double a, double b) {
      return Math.abs(a - b) <= CELL ? 1 : 0;
    }

    private static double iou(Box a, Box b) {
      double width = Math.min(a.xMax(), b.xMax()) - Math.max(a.xMin(), b.xMin());
      double height = Math.min(a.yMax(), b.yMax()) - Math.max(a.yMin(), b.yMin());
      double both = Math.max(0, width) * Math.max(0, height);
      return both / (area(a) + area(b) - both);
    }

    private static double area(Box box) {
      return (box.xMax() - box.xMin()) * (box.yMax() - box.yMin());
    }
  }
}
