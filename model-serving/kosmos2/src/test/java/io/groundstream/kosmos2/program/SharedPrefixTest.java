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

/** Prompts on the same image have the same results when prefilled together as alone. */
final class SharedPrefixTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");
  private static final int IMAGE_AT = 2;
  private static final int LENGTH = 128;

  private final Random random = new Random(5);

  private byte[] image(Kosmos2Config config) {
    int size = config.vision().imageSize();
    byte[] levels = new byte[size * size * config.vision().channels()];
    random.nextBytes(levels);
    return levels;
  }

  private int[] prompt(Kosmos2Config config, int after) {
    int[] ids = new int[IMAGE_AT + config.latentQueryCount() + after];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i < IMAGE_AT + config.latentQueryCount() ? 4 + i : 80 + random.nextInt(900);
    }
    return ids;
  }

  @Test
  void promptsOnSharedImagesGoOnAsIfTheyWereAlone() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TINY);
    Kosmos2Config config = checkpoint.config();
    try (Kosmos2Program program =
        Kosmos2Program.load(checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE)) {
      List<byte[]> images = List.of(image(config), image(config));
      int[] featureRows = {1, 0, 0, 1, 1};
      List<int[]> prompts = new ArrayList<>();
      for (int after : new int[] {3, 1, 9, 6, 2}) {
        prompts.add(prompt(config, after));
      }
      program.reshape(7, LENGTH, 0);
      try (ImageFeatures features = program.encode(images)) {
        int first = 2;
        StepResult together =
            program.prefill(
                Prompts.of(prompts, features, featureRows, IMAGE_AT), first, new BannedTokens());
        // Into the slots that decode reads, in descending order.
        int[] lengths = new int[prompts.size()];
        for (int row = 0; row < lengths.length; row++) {
          lengths[row] = prompts.get(row).length;
          program.move(first + row, row, lengths[row]);
        }
        StepResult next = decode(program, together.tokens(), lengths);

        for (int row = 0; row < lengths.length; row++) {
          StepResult alone;
          try (ImageFeatures one = program.encode(List.of(images.get(featureRows[row])))) {
            alone =
                program.prefill(
                    Prompts.of(List.of(prompts.get(row)), one, new int[1], IMAGE_AT),
                    0,
                    new BannedTokens());
          }
          StepResult nextAlone = decode(program, alone.tokens(), new int[] {lengths[row]});
          assertSame(together, row, alone);
          assertSame(next, row, nextAlone);
        }
      }
    }
  }

  @Test
  void imagesWithoutPlacesAreRefusedBeforeTheNatives() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TINY);
    Kosmos2Config config = checkpoint.config();
    try (Kosmos2Program program =
        Kosmos2Program.load(checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE)) {
      program.reshape(2, LENGTH, 0);
      try (ImageFeatures features = program.encode(List.of(image(config)))) {
        List<int[]> tooShort = List.of(new int[] {0, 80, 81});
        BannedTokens none = new BannedTokens();
        assertThatThrownBy(
                () ->
                    program.prefill(Prompts.of(tooShort, features, new int[1], IMAGE_AT), 0, none))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("ImagePlace[row=0, at=2, feature=0] (expected: all its places");
        List<int[]> fitting = List.of(prompt(config, 2));
        assertThatThrownBy(
                () ->
                    program.prefill(
                        Prompts.of(fitting, features, new int[] {1}, IMAGE_AT), 0, none))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("feature=1] (expected: one of 1 prompts and of 1 images)");
        assertThatThrownBy(() -> program.move(0, 2, 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("within 2 slots");
      }
    }
  }

  private static StepResult decode(Kosmos2Program program, int[] tokens, int[] lengths) {
    int[] ends = new int[tokens.length];
    Arrays.fill(ends, -1);
    return program.decode(tokens, lengths, ends, 1, new BannedTokens()).get(0);
  }

  private static void assertSame(StepResult together, int row, StepResult alone) {
    assertThat(together.tokens()[row]).as("row %d", row).isEqualTo(alone.tokens()[0]);
    assertThat(together.probabilities()[row])
        .as("row %d", row)
        .isCloseTo(alone.probabilities()[0], within(1e-5f));
  }
}
