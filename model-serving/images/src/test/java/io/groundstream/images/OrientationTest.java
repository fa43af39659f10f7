package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Decodes images of 16 x 9 pixels with an orientation in every place, of every field type and in
 * both byte orders, some with two different orientations. A file beside them has the orientation
 * that Pillow 12.3 applied to each.
 */
class OrientationTest {
  /** An image's name, and the orientation that Pillow applied. */
  record Turned(String name, int orientation) {}

  static List<Turned> images() {
    return new String(Goldens.read("orientation/answers.txt"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(" ", -1))
        .map(parts -> new Turned(parts[0], Integer.parseInt(parts[1])))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("images")
  void turnsAsPillow(Turned image) throws ImageException {
    String suffix = image.name().substring(image.name().indexOf('.'));
    DecodedImage upright =
        Goldens.decode(
            "orientation/" + (suffix.equals(".webp") ? "exif6noflag" : "val1_le") + suffix);
    DecodedImage expected = Orientation.apply(upright, image.orientation());
    DecodedImage decoded = Goldens.decode("orientation/" + image.name());
    assertThat(decoded.width()).isEqualTo(expected.width());
    assertThat(decoded.height()).isEqualTo(expected.height());
    assertThat(decoded.rgb()).isEqualTo(expected.rgb());
  }
}
