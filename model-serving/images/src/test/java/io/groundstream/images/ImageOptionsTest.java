package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the options beyond the reference's behaviour, compared with Pillow where it has them. */
class ImageOptionsTest {
  private static final ImageDecoder ON_GREEN =
      new ImageDecoder(ImageOptions.defaults().withBackground(Background.parse("#0ac85a")));
  private static final ImageDecoder WITH_PROFILES =
      new ImageDecoder(ImageOptions.defaults().withColorProfiles(true));
  private static final ImageDecoder LENIENT =
      new ImageDecoder(ImageOptions.defaults().withTruncated(true));

  /** The expected images are Pillow's {@code alpha_composite} over that colour. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "images/rgba.png",
        "images/gray-alpha.png",
        "formats/palette-transparent.png",
        "formats/gray-transparent.png",
        "formats/lossy-alpha.webp",
        "formats/lossless-alpha.webp",
        "formats/animated.webp",
        "formats/topdown-alpha.bmp",
        "formats/rgba.bmp",
        "formats/transparent.gif",
        "formats/premultiplied-16.tiff",
        "formats/jpeg-alpha.tiff"
      })
  void compositesAlphaOverTheBackground(String name) throws ImageException {
    DecodedImage expected =
        Goldens.decode("alpha/" + Path.of(name).getFileName() + ".expected.png");
    assertThat(ON_GREEN.decode(Goldens.read(name)).rgb()).isEqualTo(expected.rgb());
  }

  @ParameterizedTest
  @ValueSource(strings = {"images/rgb.jpg", "formats/palette.gif", "images/plain.tiff"})
  void opaqueImagesAreNotChangedByTheBackground(String name) throws ImageException {
    assertThat(ON_GREEN.decode(Goldens.read(name)).rgb()).isEqualTo(Goldens.decode(name).rgb());
  }

  static List<String> profiles() {
    return Goldens.names("profiles");
  }

  /** The expected images are Pillow's {@code profileToProfile} to sRGB. */
  @ParameterizedTest
  @MethodSource("profiles")
  void appliesProfilesWithinTwoLevels(String name) throws ImageException {
    DecodedImage expected = Goldens.decode(name + ".expected.png");
    Goldens.Difference difference =
        Goldens.difference(WITH_PROFILES.decode(Goldens.read(name)), expected);
    assertThat(difference.most()).isLessThanOrEqualTo(2);
    // Without the option, the same images differ much more.
    assertThat(Goldens.difference(Goldens.decode(name), expected).most()).isGreaterThan(10);
  }

  @Test
  void aProfileThatCannotBeUsedIsIgnored() throws ImageException {
    for (String name : profiles()) {
      byte[] bytes = Goldens.read(name);
      int signature = Bytes.indexOf(bytes, "acsp");
      if (signature < 0) {
        // PNG compresses its profiles.
        continue;
      }
      bytes[signature] = 'x';
      assertThat(WITH_PROFILES.decode(bytes).rgb()).isEqualTo(Goldens.decode(name).rgb());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "images/rgb.jpg, 0.6",
    "images/progressive.jpg, 0.6",
    "images/wide.png, 0.6",
    "formats/gray-transparent.png, 0.6",
    "images/animated.gif, 0.2",
    "images/plain.bmp, 0.6"
  })
  void decodesATruncatedImageIfThatIsAllowed(String name, double share) throws ImageException {
    byte[] whole = Goldens.read(name);
    byte[] cut = Arrays.copyOf(whole, (int) (whole.length * share));
    ImageException strict =
        catchThrowableOfType(
            ImageException.class, () -> new ImageDecoder(ImageOptions.defaults()).decode(cut));
    assertThat(strict.errorCode()).isEqualTo(ImageErrorCode.IMAGE_TRUNCATED);
    DecodedImage expected = Goldens.decode(name);
    DecodedImage decoded = LENIENT.decode(cut);
    assertThat(decoded.width()).isEqualTo(expected.width());
    assertThat(decoded.height()).isEqualTo(expected.height());
    assertThat(decoded.rgb()).isNotEqualTo(expected.rgb());
    if (name.contains("progressive")) {
      // The whole image is there, but coarse.
      assertThat(Goldens.difference(decoded, expected).mean()).isBetween(0.01, 20.0);
      return;
    }
    // BMP stores the last rows first; at least a quarter of the other images is there.
    int rowBytes = 3 * expected.width();
    int quarter = expected.height() / 4 * rowBytes;
    int from = name.endsWith("bmp") ? expected.rgb().length - quarter : 0;
    assertThat(Arrays.copyOfRange(decoded.rgb(), from, from + quarter))
        .isEqualTo(Arrays.copyOfRange(expected.rgb(), from, from + quarter));
  }

  @Test
  void anImageWithoutAnyPixelsIsAnErrorEvenThen() throws IOException {
    byte[] bytes = Files.readAllBytes(Goldens.path("hostile/only-header.jpg"));
    ImageException failure =
        catchThrowableOfType(ImageException.class, () -> LENIENT.decode(bytes));
    assertThat(failure.errorCode()).isEqualTo(ImageErrorCode.IMAGE_TRUNCATED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "white", "#fff", "#12345g", "0ac85a", "#0ac85a0"})
  void rejectsTextsThatAreNotAColor(String text) {
    assertThatThrownBy(() -> Background.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: #rrggbb");
  }

  @Test
  void formatsColorsAsTheyAreParsed() {
    assertThat(Background.parse("#0AC85a")).hasToString("#0ac85a");
    assertThat(Background.parse("#ffffff")).isEqualTo(new Background(255, 255, 255));
  }
}
