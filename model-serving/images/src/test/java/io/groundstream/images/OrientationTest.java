package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pictures of 16 x 9 pixels that say how they are to be turned in every place, by every field type
 * and in both byte orders, some twice and differently. Beside them stands how Pillow 12.3 turned
 * each.
 */
class OrientationTest {
  /** A picture's name, and the orientation by which Pillow turned it. */
  record Turned(String name, int orientation) {}

  static List<Turned> pictures() {
    return new String(Goldens.read("orientation/answers.txt"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(" ", -1))
        .map(parts -> new Turned(parts[0], Integer.parseInt(parts[1])))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void turnsAsPillow(Turned picture) throws ImageException {
    String suffix = picture.name().substring(picture.name().indexOf('.'));
    DecodedImage upright =
        Goldens.decode(
            "orientation/" + (suffix.equals(".webp") ? "exif6noflag" : "val1_le") + suffix);
    DecodedImage expected = Orientation.apply(upright, picture.orientation());
    DecodedImage decoded = Goldens.decode("orientation/" + picture.name());
    assertThat(decoded.width()).isEqualTo(expected.width());
    assertThat(decoded.height()).isEqualTo(expected.height());
    assertThat(decoded.rgb()).isEqualTo(expected.rgb());
  }
}
