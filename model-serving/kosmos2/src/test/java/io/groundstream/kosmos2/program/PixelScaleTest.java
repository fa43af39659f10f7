package io.groundstream.kosmos2.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.groundstream.kosmos2.checkpoint.ImageProcessing;
import io.groundstream.kosmos2.checkpoint.Resampling;
import org.junit.jupiter.api.Test;

class PixelScaleTest {
  private static final ImageProcessing CLIP =
      new ImageProcessing(
          224,
          new double[] {0.48145466, 0.4578275, 0.40821073},
          new double[] {0.26862954, 0.26130258, 0.27577711},
          1 / 255.0,
          Resampling.BICUBIC);

  @Test
  void saysOfEveryLevelWhatTheConfigurationDoes() {
    PixelScale scale = PixelScale.of(CLIP, 3);
    for (int channel = 0; channel < 3; channel++) {
      for (int level = 0; level < 256; level++) {
        int brought = level - 128;
        double expected = (level / 255.0 - CLIP.mean()[channel]) / CLIP.std()[channel];
        assertThat((double) scale.factors()[channel] * brought + scale.offsets()[channel])
            .isCloseTo(expected, within(1e-6));
      }
    }
  }

  @Test
  void refusesAnotherNumberOfChannels() {
    assertThatThrownBy(() -> PixelScale.of(CLIP, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mean, std: 3, 3 values (expected: 1, one per channel)");
  }
}
