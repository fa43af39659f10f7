package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Decodes AVIF and HEIC files of avifenc, Pillow and heif-enc, and compares AVIF with Pillow and
 * HEIC with libheif's own converter. Skipped on a machine without the libraries.
 */
class HeifGoldensTest {
  private static final String FOLDER = "heif";

  static Stream<String> avif() {
    return Goldens.names(FOLDER).stream().filter(name -> name.endsWith(".avif"));
  }

  static Stream<String> heic() {
    return Goldens.names(FOLDER).stream().filter(name -> name.endsWith(".heic"));
  }

  private static ImageDecoder decoder(String formats) {
    ImageOptions options = ImageOptions.defaults().withHeif(HeifOptions.parse(formats));
    try {
      ImageDecoder.check(options);
    } catch (DecoderUnavailableException e) {
      abort(e.getMessage());
    }
    return new ImageDecoder(options);
  }

  private static void check(ImageDecoder decoder, String name) throws ImageException {
    DecodedImage image = decoder.decode(Goldens.read(name));
    DecodedImage expected = Goldens.decode(name + ".expected.png");
    assertThat(new int[] {image.width(), image.height()})
        .containsExactly(expected.width(), expected.height());
    Goldens.Difference difference = Goldens.difference(image, expected);
    assertThat(difference.most()).isLessThanOrEqualTo(2);
    assertThat(difference.mean()).isLessThanOrEqualTo(0.5);
  }

  @ParameterizedTest
  @MethodSource("avif")
  void readsAvifAsTheReferenceDoes(String name) throws ImageException {
    check(decoder("avif"), name);
  }

  @ParameterizedTest
  @MethodSource("heic")
  void readsHeicAsItsLibraryDoes(String name) throws ImageException {
    check(decoder("heic"), name);
  }

  @Test
  void compositesAlphaOverTheBackground() throws ImageException {
    decoder("avif");
    ImageOptions onGreen =
        ImageOptions.defaults()
            .withHeif(HeifOptions.parse("avif"))
            .withBackground(Background.parse("#00ff00"));
    DecodedImage image = new ImageDecoder(onGreen).decode(Goldens.read("heif/alpha.avif"));
    DecodedImage expected = Goldens.decode("heif/alpha-on-green.expected.png");
    assertThat(Goldens.difference(image, expected).most()).isLessThanOrEqualTo(2);
  }

  @Test
  void checksThePixelLimitBeforeDecoding() {
    ImageDecoder decoder = decoder("all");
    for (String name : new String[] {"heif/yuv420.avif", "heif/yuv420.heic"}) {
      ImageOptions small =
          ImageOptions.defaults()
              .withHeif(HeifOptions.parse("all"))
              .withLimits(ImageLimits.defaults().withMaxPixels(61 * 47 - 1));
      ImageException failure =
          assertThrows(
              ImageException.class, () -> new ImageDecoder(small).decode(Goldens.read(name)));
      assertThat(failure.errorCode()).isEqualTo(ImageErrorCode.IMAGE_TOO_MANY_PIXELS);
      assertThat(failure).hasMessageContaining("61 x 47");
    }
    assertThat(decoder).isNotNull();
  }

  @Test
  void rejectsEveryTruncationAndContinues() throws ImageException {
    ImageDecoder decoder = decoder("all");
    for (String name : new String[] {"heif/grid.avif", "heif/yuv420.heic"}) {
      byte[] bytes = Goldens.read(name);
      for (int length = 16; length < bytes.length - 1; length += bytes.length / 23) {
        byte[] cut = Arrays.copyOf(bytes, length);
        ImageException failure = assertThrows(ImageException.class, () -> decoder.decode(cut));
        assertThat(failure.errorCode())
            .isIn(
                ImageErrorCode.IMAGE_TRUNCATED,
                ImageErrorCode.IMAGE_CORRUPT,
                ImageErrorCode.IMAGE_FORMAT_UNKNOWN);
      }
      check(decoder, name);
    }
  }

  @Test
  void namesFormatAndOptionIfItIsOff() {
    ImageException avif =
        assertThrows(ImageException.class, () -> Goldens.decode("heif/yuv420.avif"));
    assertThat(avif.errorCode()).isEqualTo(ImageErrorCode.IMAGE_FORMAT_UNKNOWN);
    assertThat(avif).hasMessageContaining("AVIF").hasMessageContaining("model.heif-decoder");
    ImageException heic =
        assertThrows(ImageException.class, () -> Goldens.decode("heif/yuv420.heic"));
    assertThat(heic).hasMessageContaining("HEIC").hasMessageContaining("model.heif-decoder");
  }

  @Test
  void decodesOnlyTheEnabledFormat() {
    ImageDecoder decoder = decoder("avif");
    ImageException heic =
        assertThrows(ImageException.class, () -> decoder.decode(Goldens.read("heif/yuv420.heic")));
    assertThat(heic.errorCode()).isEqualTo(ImageErrorCode.IMAGE_FORMAT_UNKNOWN);
  }
}
