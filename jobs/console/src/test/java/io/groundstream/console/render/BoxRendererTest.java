package io.groundstream.console.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoxRendererTest {
  private final BoxRenderer renderer = new BoxRenderer();

  private static DecodedImage flat(int width, int height, int level) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) level);
    return new DecodedImage(width, height, rgb);
  }

  private static Card.Phrase phrase(
      String text, double left, double top, double right, double bottom) {
    return new Card.Phrase(
        0, text, 0, 1, List.of(new Card.Box(left, top, right, bottom, 0.5, false)));
  }

  private DecodedImage render(DecodedImage image, Card.Phrase... phrases) throws ImageException {
    return new ImageDecoder(ImageOptions.defaults())
        .decode(renderer.render(image, List.of(phrases)));
  }

  private static int pixel(DecodedImage image, int x, int y) {
    int in = 3 * (y * image.width() + x);
    return (image.rgb()[in] & 0xff) << 16
        | (image.rgb()[in + 1] & 0xff) << 8
        | (image.rgb()[in + 2] & 0xff);
  }

  private static int color(int ordinal) {
    return Palette.color(ordinal).getRGB() & 0xffffff;
  }

  private static long count(DecodedImage image, int color) {
    long count = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        count += pixel(image, x, y) == color ? 1 : 0;
      }
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 128, 255})
  void drawsBoxesInTheirPhrasesColoursOnEveryGround(int level) throws ImageException {
    DecodedImage drawn =
        render(
            flat(600, 600, level),
            phrase("a dog", 0.25, 0.25, 0.5, 0.5),
            phrase("a cat", 0.6, 0.6, 0.9, 0.9));
    assertThat(drawn.width()).isEqualTo(600);
    assertThat(pixel(drawn, 150, 225)).isEqualTo(color(0));
    assertThat(pixel(drawn, 300, 225)).isEqualTo(color(0));
    assertThat(pixel(drawn, 225, 300)).isEqualTo(color(0));
    assertThat(pixel(drawn, 360, 450)).isEqualTo(color(1));
    // The image is unchanged inside a box.
    assertThat(pixel(drawn, 225, 260)).isEqualTo(level << 16 | level << 8 | level);
    // The line has a rim whose colour differs from the line on every background.
    assertThat(pixel(drawn, 147, 225)).isNotEqualTo(color(0));
  }

  /** Returns the number of dark pixels in the place of a label for a box at (120, 300). */
  private long inkOf(String label) throws ImageException {
    DecodedImage drawn = render(flat(600, 600, 255), phrase(label, 0.2, 0.5, 0.8, 0.9));
    long count = 0;
    for (int y = 280; y < 297; y++) {
      for (int x = 124; x < 300; x++) {
        int pixel = pixel(drawn, x, y);
        count += (pixel >> 16) < 110 && (pixel >> 8 & 0xff) < 80 && (pixel & 0xff) < 80 ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void writesTheLabelInDarkInkOnItsPlate() throws ImageException {
    assertThat(inkOf("")).isZero();
    assertThat(inkOf("snowman")).isGreaterThan(100);
    assertThat(inkOf("snowman and snowman")).isGreaterThan(inkOf("snowman"));
  }

  @Test
  void drawsABoxForWhatTheFontLacks() throws ImageException {
    assertThat(inkOf("漢")).isGreaterThan(20);
    assertThat(inkOf("漢字😀")).isGreaterThan(2 * inkOf("漢"));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 480, 480", "200, 100, 480, 240", "3, 900, 3, 900", "5000, 50, 4096, 41"})
  void enlargesSmallImagesAndReducesHugeOnes(int width, int height, int drawnWidth, int drawnHeight)
      throws ImageException {
    DecodedImage drawn = render(flat(width, height, 90), phrase("a thing", 0.1, 0.1, 0.9, 0.9));
    assertThat(drawn.width()).isEqualTo(drawnWidth);
    assertThat(drawn.height()).isEqualTo(drawnHeight);
  }

  @Test
  void drawsWhatIsOutsideOrInvertedOrNoNumberWithinTheImage() throws ImageException {
    DecodedImage drawn =
        render(
            flat(500, 500, 40),
            phrase("outside", -3, -2, 7, 9),
            phrase("inverted", 0.9, 0.9, 0.2, 0.2),
            phrase("nothing", Double.NaN, Double.NaN, Double.NaN, Double.NaN),
            phrase("nowhere", 1, 1, 1, 1),
            phrase("line\nbreak\u0000 \ud800", 0.3, 0.3, 0.4, 0.4),
            phrase("long ".repeat(10_000), 0.3, 0.3, 0.4, 0.4));
    assertThat(count(drawn, color(0))).isPositive();
    assertThat(count(drawn, color(1))).isPositive();
    assertThat(count(drawn, color(3))).isPositive();
  }

  @Test
  void drawsEachBoxOfAPhraseAndDashesGivenOnes() throws ImageException {
    Card.Box solid = new Card.Box(0.1, 0.1, 0.4, 0.4, 0.5, false);
    Card.Box given = new Card.Box(0.5, 0.5, 0.9, 0.9, null, true);
    DecodedImage drawn =
        render(flat(600, 600, 200), new Card.Phrase(0, "", 0, 1, List.of(solid, given)));
    int solidSide = 0;
    int givenSide = 0;
    for (int y = 0; y < 600; y++) {
      solidSide += pixel(drawn, 60, y) == color(0) ? 1 : 0;
      givenSide += pixel(drawn, 300, y) == color(0) ? 1 : 0;
    }
    assertThat(solidSide).isBetween(170, 190);
    assertThat(givenSide).isBetween(100, 190);
  }

  @Test
  void drawsManyPhrasesWithoutRunningOutOfColours() throws ImageException {
    List<Card.Phrase> phrases = new ArrayList<>();
    for (int index = 0; index < 60; index++) {
      double at = index / 80.0;
      phrases.add(phrase("thing " + index, at, at, at + 0.2, at + 0.2));
    }
    assertThat(render(flat(700, 500, 10), phrases.toArray(new Card.Phrase[0])).height())
        .isEqualTo(500);
  }
}
