package io.groundstream.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SixelsTest {
  private static final String START = "\u001bP0;1;0q";
  private static final String END = "\u001b\\";
  private static final int RED = 0xff0000;
  private static final int WHITE = 0xffffff;

  private static BufferedImage image(int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  @Test
  void onePixel() {
    assertThat(Sixels.encode(image(1, 1, RED)))
        .isEqualTo(START + "\"1;1;1;1#180;2;100;0;0#180@" + END);
  }

  @Test
  void repetitionsAndStrips() {
    assertThat(Sixels.encode(image(9, 8, RED)))
        .isEqualTo(START + "\"1;1;9;8#180;2;100;0;0#180!9~-#180!9B" + END);
  }

  @Test
  void coloursOfAStripLieOverEachOther() {
    BufferedImage image = image(6, 2, WHITE);
    image.setRGB(5, 1, RED);
    assertThat(Sixels.encode(image))
        .isEqualTo(START + "\"1;1;6;2#180;2;100;0;0#215;2;100;100;100#180!5?A$#215!5B@" + END);
  }

  /** On average a flat area has its colour, although single dots have one of a few. */
  @ParameterizedTest
  @CsvSource({"0x000000", "0x7f7f7f", "0x336699", "0x1020f0", "0xffffff"})
  void dotsHaveTheColourOnAverage(String color) {
    int rgb = Integer.decode(color);
    int[][][] dots = DrawnSixels.draw(Sixels.encode(image(16, 16, rgb)));
    assertThat(dots.length).isEqualTo(16);
    for (int channel = 0; channel < 3; channel++) {
      long sum = 0;
      for (int[][] row : dots) {
        assertThat(row.length).isEqualTo(16);
        for (int[] dot : row) {
          sum += dot[channel];
        }
      }
      assertThat(sum / 256.0 * 255 / 100)
          .isCloseTo(rgb >> (8 * (2 - channel)) & 0xff, org.assertj.core.data.Offset.offset(3.0));
    }
  }
}
