package io.groundstream.console.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallImageTest {
  private static Thumbnail thumbnail(int width, int height) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", bytes);
    return Thumbnail.of(bytes.toByteArray(), new ImageDecoder(ImageOptions.defaults()));
  }

  @ParameterizedTest
  @CsvSource({
    "800, 400, 400, 200",
    "400, 800, 150, 300",
    "40, 30, 40, 30",
    "3000, 10, 400, 1",
  })
  void theShapeStays(int width, int height, int smallWidth, int smallHeight) throws Exception {
    BufferedImage small = SmallImage.of(thumbnail(width, height), List.of(), 400, 300);
    assertThat(small.getWidth()).isEqualTo(smallWidth);
    assertThat(small.getHeight()).isEqualTo(smallHeight);
  }

  @Test
  void boxesHaveTheirPhrasesColours() throws Exception {
    Card.Box box = new Card.Box(0.25, 0.25, 0.75, 0.75, 0.5, false);
    List<Card.Phrase> phrases =
        List.of(
            new Card.Phrase(0, "no box", 0, 1, List.of()),
            new Card.Phrase(1, "box", 0, 1, List.of(box)));
    BufferedImage small = SmallImage.of(thumbnail(800, 400), phrases, 400, 300);
    int color = Palette.color(1).getRGB();
    // Left and right edge, and nothing in the middle.
    assertThat(small.getRGB(100, 100)).isEqualTo(color);
    assertThat(small.getRGB(299, 100)).isEqualTo(color);
    assertThat(small.getRGB(200, 100) & 0xffffff).isZero();
  }
}
