package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CieLabTest {
  /**
   * The published coordinates of sRGB's corners and grays for D50, rounded to TIFF's eight bits.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, 0, 0",
    "255, 0, 0, 255, 255, 255",
    "128, 0, 0, 119, 119, 119",
    "138, 81, 70, 255, 0, 0",
    "224, -79, 81, 0, 255, 0",
    "75, 68, -112, 0, 0, 255",
    "249, -16, 93, 255, 255, 0",
    "231, -51, -15, 0, 255, 255",
    "154, 94, -61, 255, 0, 255"
  })
  void convertsCornersAndGraysToThoseOfSrgb(int l, int a, int b, int red, int green, int blue) {
    int[] samples = {0, 0, 0, 7, l, a & 0xff, b & 0xff, 9};
    CieLab.toRgb(samples, 4);
    assertThat(samples[3]).isEqualTo(7);
    assertThat(samples[7]).isEqualTo(9);
    int[] expected = {red, green, blue};
    // Half a step of the samples is several levels near black, where the curve is steep.
    for (int channel = 0; channel < 3; channel++) {
      assertThat(samples[4 + channel])
          .as("channel %d", channel)
          .isBetween(expected[channel] - 14, expected[channel] + 14);
    }
  }

  /** Pillow interpolates in a table, with errors of up to 35 levels near the edge of the gamut. */
  @Test
  void imagesLookAsInPillow() throws Exception {
    DecodedImage decoded = Goldens.decode("lab/lab.tiff");
    DecodedImage expected = Goldens.decode("lab/lab.tiff.expected.png");
    assertThat(Goldens.difference(decoded, expected).mean()).isLessThan(2);
  }
}
