package io.groundstream.kosmos2.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows computed in parallel have the same results as on one thread. */
final class DivisionTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");
  private static final int IMAGE_AT = 2;
  private static final int IMAGES = 5;
  private static final int NO_TOKEN = -1;

  /** Two prompts on every image but the last. */
  private static final int[] FEATURE_ROWS = {0, 0, 1, 1, 2, 2, 3, 3, 4};

  private final Checkpoint checkpoint;
  private final Kosmos2Config config;
  private final List<byte[]> images = new ArrayList<>();
  private final List<int[]> prompts = new ArrayList<>();

  DivisionTest() throws Exception {
    checkpoint = Checkpoint.open(TINY);
    config = checkpoint.config();
    Random random = new Random(11);
    int size = config.vision().imageSize();
    for (int i = 0; i < IMAGES; i++) {
      byte[] levels = new byte[size * size * config.vision().channels()];
      random.nextBytes(levels);
      images.add(levels);
    }
    for (int row = 0; row < FEATURE_ROWS.length; row++) {
      int[] ids = new int[IMAGE_AT + config.latentQueryCount() + 1 + row % 4];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = i < IMAGE_AT + config.latentQueryCount() ? 4 + i : 80 + random.nextInt(900);
      }
      prompts.add(ids);
    }
  }

  private Kosmos2Program load(int threads) throws Exception {
    Kosmos2Program program =
        Kosmos2Program.load(
            checkpoint, DeviceSpec.CPU, Precision.FLOAT32, threads, LoadProgress.NONE);
    program.reshape(64, 128, 0);
    return program;
  }

  /** Returns each prompt's first token, and then some of 40 sequences, enough to divide a step. */
  private List<StepResult> generate(Kosmos2Program program, boolean oneEach) {
    List<int[]> asked = oneEach ? List.of(prompts.get(0), prompts.get(2), prompts.get(4)) : prompts;
    int[] rows = oneEach ? new int[] {0, 1, 2} : FEATURE_ROWS;
    List<StepResult> results = new ArrayList<>();
    try (ImageFeatures features = program.encode(oneEach ? images.subList(0, 3) : images)) {
      results.add(
          program.prefill(Prompts.of(asked, features, rows, IMAGE_AT), 0, new BannedTokens()));
    }
    int[] tokens = new int[40];
    int[] lengths = new int[40];
    int[] ends = new int[40];
    Arrays.fill(ends, NO_TOKEN);
    for (int slot = 0; slot < tokens.length; slot++) {
      int row = slot % asked.size();
      if (slot >= asked.size()) {
        program.move(row, slot, asked.get(row).length);
      }
      tokens[slot] = results.get(0).tokens()[row];
      lengths[slot] = asked.get(row).length;
    }
    List<StepResult> steps = program.decode(tokens, lengths, ends, 4, new BannedTokens());
    assertThat(steps).hasSize(4);
    results.addAll(steps);
    return results;
  }

  private static void assertSame(List<StepResult> actual, List<StepResult> expected) {
    for (int step = 0; step < expected.size(); step++) {
      assertThat(actual.get(step).tokens()).isEqualTo(expected.get(step).tokens());
      assertThat(actual.get(step).probabilities())
          .containsExactly(expected.get(step).probabilities(), within(1e-5f));
    }
  }

  @Test
  void partsGiveWhatTheWholeGives() throws Exception {
    try (Kosmos2Program one = load(1);
        Kosmos2Program several = load(3)) {
      assertSame(generate(several, false), generate(one, false));
      assertSame(generate(several, true), generate(one, true));
    }
  }

  @Test
  void aFailureInAnyPartFailsTheCallAndLeavesNothingBehind() throws Exception {
    try (Kosmos2Program program = load(3)) {
      List<StepResult> expected = generate(program, true);
      for (int bad = 0; bad < 3; bad++) {
        List<int[]> damaged = new ArrayList<>();
        for (int row = 0; row < 3; row++) {
          damaged.add(new int[] {0, row == bad ? config.text().vocabSize() : 80 + row});
        }
        assertThatThrownBy(() -> program.prefill(Prompts.of(damaged), 0, new BannedTokens()))
            .hasMessageContaining("index out of range");
        assertSame(generate(program, true), expected);
      }
    }
  }

  @Test
  void stepsEndWithTheFirstSequenceThatEnds() throws Exception {
    try (Kosmos2Program program = load(1)) {
      List<StepResult> expected = generate(program, true);
      int[] first = expected.get(0).tokens();
      int[] lengths = {prompts.get(0).length, prompts.get(2).length, prompts.get(4).length};
      int[] ends = {NO_TOKEN, expected.get(2).tokens()[1], NO_TOKEN};

      List<StepResult> steps = program.decode(first, lengths, ends, 4, new BannedTokens());

      int ended = expected.get(1).tokens()[1] == ends[1] ? 1 : 2;
      assertThat(steps).hasSize(ended);
      assertThat(steps.get(ended - 1).tokens()[1]).isEqualTo(ends[1]);
    }
  }

  @Test
  void partsAreAsManyAsKeepThreadsBusy() {
    assertThat(Division.ofPrompts(1, 4, false)).isEqualTo(new Division(1, 4));
    assertThat(Division.ofPrompts(4, 4, false)).isEqualTo(new Division(4, 1));
    // Five rows would take four threads two rounds, with most threads idle in the second.
    assertThat(Division.ofPrompts(5, 4, false)).isEqualTo(new Division(1, 4));
    assertThat(Division.ofPrompts(7, 4, false)).isEqualTo(new Division(4, 1));
    assertThat(Division.ofPrompts(1, 4, true)).isEqualTo(Division.NONE);
    assertThat(Division.ofStep(48, 2, false)).isEqualTo(new Division(1, 2));
    assertThat(Division.ofStep(48, 2, true)).isEqualTo(new Division(2, 1));
    assertThat(Division.ofStep(8, 2, true)).isEqualTo(Division.NONE);
  }
}
