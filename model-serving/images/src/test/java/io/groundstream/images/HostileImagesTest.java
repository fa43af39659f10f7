package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Verifies that bytes that are not a complete image fail with a code, fast and with little memory.
 */
class HostileImagesTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageOptions.defaults());

  @ParameterizedTest
  @CsvSource({
    "bomb-40000x40000.png, IMAGE_TOO_MANY_PIXELS",
    "corrupted.jpg, IMAGE_TRUNCATED",
    "cut-in-half.jpg, IMAGE_TRUNCATED",
    "empty.jpg, IMAGE_EMPTY",
    "external-entity.svg, IMAGE_FORMAT_UNKNOWN",
    "header-lies.png, IMAGE_TOO_MANY_PIXELS",
    "html.png, IMAGE_FORMAT_UNKNOWN",
    "huge-screen.gif, IMAGE_TOO_MANY_PIXELS",
    "only-header.jpg, IMAGE_TRUNCATED",
    "picture.avif, IMAGE_FORMAT_UNKNOWN",
    "random.bin, IMAGE_FORMAT_UNKNOWN",
    "text.jpg, IMAGE_FORMAT_UNKNOWN",
    "zero-width.png, IMAGE_CORRUPT"
  })
  void endsWithItsCode(String name, ImageErrorCode code) {
    byte[] bytes = Goldens.read("hostile/" + name);
    ImageException failure = assertTimeout(Duration.ofSeconds(5), () -> failure(bytes));
    assertThat(failure.errorCode()).isEqualTo(code);
    assertThat(failure).hasMessageContaining("expected");
  }

  static List<String> images() {
    return Goldens.names("formats");
  }

  @ParameterizedTest
  @MethodSource("images")
  void halfAnImageIsAnErrorAndNotHalfAResult(String name) {
    byte[] whole = Goldens.read(name);
    // An animation's first frame is complete long before its file.
    double share = name.contains("animated") ? 0.25 : 0.5;
    ImageException failure = failure(Arrays.copyOf(whole, (int) (whole.length * share)));
    assertThat(failure.errorCode())
        .isIn(ImageErrorCode.IMAGE_TRUNCATED, ImageErrorCode.IMAGE_CORRUPT);
  }

  @Test
  void rejectsTooManyBytes() {
    byte[] bytes = Goldens.read("images/rgb.jpg");
    ImageDecoder strict =
        new ImageDecoder(
            ImageOptions.defaults()
                .withLimits(new ImageLimits(bytes.length - 1L, 50_000_000, Duration.ofMinutes(1))));
    ImageException failure = catchThrowableOfType(ImageException.class, () -> strict.decode(bytes));
    assertThat(failure.errorCode()).isEqualTo(ImageErrorCode.IMAGE_TOO_LARGE);
  }

  @ParameterizedTest
  @CsvSource({
    "images/rgb.jpg",
    "images/wide.png",
    "images/lossy.webp",
    "images/lossless.webp",
    "images/animated.gif",
    "images/plain.bmp",
    "images/plain.tiff"
  })
  void rejectsTooManyPixelsInEveryFormat(String name) throws ImageException {
    DecodedImage image = Goldens.decode(name);
    long pixels = (long) image.width() * image.height();
    byte[] bytes = Goldens.read(name);
    ImageException failure =
        catchThrowableOfType(
            ImageException.class,
            () ->
                new ImageDecoder(
                        ImageOptions.defaults()
                            .withLimits(ImageLimits.defaults().withMaxPixels(pixels - 1)))
                    .decode(bytes));
    assertThat(failure.errorCode()).isEqualTo(ImageErrorCode.IMAGE_TOO_MANY_PIXELS);
    assertThat(
            new ImageDecoder(
                    ImageOptions.defaults()
                        .withLimits(ImageLimits.defaults().withMaxPixels(pixels)))
                .decode(bytes)
                .width())
        .isEqualTo(image.width());
  }

  @Test
  void rejectsTooManyScans() {
    byte[] image = Goldens.read("formats/restarts.jpg");
    int scan = Bytes.indexOf(image, new byte[] {(byte) 0xff, (byte) 0xda});
    byte[] scanBytes = Arrays.copyOfRange(image, scan, image.length - 2);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(image, 0, scan);
    for (int count = 0; count < 300; count++) {
      many.writeBytes(scanBytes);
    }
    many.write(image, image.length - 2, 2);
    ImageException failure = failure(many.toByteArray());
    assertThat(failure.errorCode()).isEqualTo(ImageErrorCode.IMAGE_CORRUPT);
    assertThat(failure).hasMessageContaining("scans");
  }

  @Test
  void ignoresAnOrientationThatCannotBeRead() throws ImageException {
    byte[] image = Goldens.read("images/exif6.jpg");
    int exif = Bytes.indexOf(image, "Exif");
    image[exif + 10] = (byte) 0xff;
    DecodedImage decoded = decoder.decode(image);
    assertThat(decoded.width()).isEqualTo(200);
    assertThat(decoded.height()).isEqualTo(150);
  }

  private ImageException failure(byte[] bytes) {
    return catchThrowableOfType(ImageException.class, () -> decoder.decode(bytes));
  }
}
