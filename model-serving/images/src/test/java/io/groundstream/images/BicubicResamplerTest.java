package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Compares the tiled, transposed resampler with the definition, one sum per sample. {@link
 * GoldenImagesTest} shows that the definition is Pillow's.
 */
class BicubicResamplerTest {
  private static final int BITS = BicubicKernel.PRECISION_BITS;

  /** Tests sizes below and above a tile's, of several tiles, and that are not a multiple of it. */
  @Property(tries = 150)
  void equalsTheDefinition(
      @ForAll @IntRange(min = 1, max = 420) int width,
      @ForAll @IntRange(min = 1, max = 420) int height,
      @ForAll @IntRange(min = 1, max = 90) int newWidth,
      @ForAll @IntRange(min = 1, max = 90) int newHeight,
      @ForAll long seed) {
    check(noise(width, height, seed), newWidth, newHeight);
  }

  @Example
  void equalsTheDefinitionForImagesWhoseWeightsAreNotKept() {
    check(noise(70_001, 3, 1), 24, 24);
    check(noise(2, 90_001, 2), 24, 24);
  }

  /** Such images are small files, but the weights for all their positions would be many. */
  @Example
  void needsLittleMemoryForTheLongestImages() {
    DecodedImage wide = BicubicResampler.resize(flat(1_000_000, 1), 224, 224);
    DecodedImage tall = BicubicResampler.resize(flat(1, 1_000_000), 224, 224);
    assertThat(wide.rgb()).containsOnly(99);
    assertThat(tall.rgb()).containsOnly(99);
  }

  private static void check(DecodedImage image, int width, int height) {
    DecodedImage expected = byDefinition(image, width, height);
    assertThat(BicubicResampler.resize(image, width, height).rgb()).isEqualTo(expected.rgb());
  }

  /** Returns noise of black and white only, which has the strongest overshoot. */
  private static DecodedImage noise(int width, int height, long seed) {
    byte[] rgb = new byte[3 * width * height];
    Random random = new Random(seed);
    for (int index = 0; index < rgb.length; index++) {
      rgb[index] = (byte) (random.nextBoolean() ? 255 : 0);
    }
    return new DecodedImage(width, height, rgb);
  }

  private static DecodedImage flat(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) 99);
    return new DecodedImage(width, height, rgb);
  }

  private static DecodedImage byDefinition(DecodedImage image, int width, int height) {
    BicubicKernel across = new BicubicKernel(image.width(), width);
    BicubicKernel down = new BicubicKernel(image.height(), height);
    byte[] rows = new byte[3 * width * image.height()];
    for (int y = 0; y < image.height(); y++) {
      for (int index = 0; index < 3 * width; index++) {
        int place = index / 3;
        int from = 3 * (y * image.width() + across.first(place)) + index % 3;
        rows[3 * width * y + index] = weighted(image.rgb(), from, 3, across.weights(place));
      }
    }
    byte[] result = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int index = 0; index < 3 * width; index++) {
        int from = 3 * width * down.first(y) + index;
        result[3 * width * y + index] = weighted(rows, from, 3 * width, down.weights(y));
      }
    }
    return new DecodedImage(width, height, result);
  }

  private static byte weighted(byte[] samples, int from, int step, int[] weights) {
    int sum = 1 << (BITS - 1);
    for (int tap = 0; tap < weights.length; tap++) {
      sum += (samples[from + tap * step] & 0xff) * weights[tap];
    }
    return (byte) Math.max(0, Math.min(sum >> BITS, 255));
  }
}
