package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares JPEGs of every kind that libjpeg-turbo's own tools write, pixel by pixel, with Pillow
 * 12.3 (libjpeg-turbo 3.1): every sampling, baseline, progressive, arithmetic, lossless, gray, RGB
 * and inks, and the markers that decide between these. README.md beside this file describes how the
 * files were made.
 */
class JpegCorpusTest {
  private static final ImageDecoder STRICT = new ImageDecoder(ImageOptions.defaults());
  private static final ImageDecoder LENIENT =
      new ImageDecoder(ImageOptions.defaults().withTruncated(true));

  record Golden(String name, int width, int height, String sha256) {}

  private static List<Golden> goldens(String table) throws IOException {
    return Files.readAllLines(Goldens.path(table)).stream()
        .map(line -> line.split("\t", -1))
        .map(
            field ->
                new Golden(
                    field[0], Integer.parseInt(field[1]), Integer.parseInt(field[2]), field[3]))
        .toList();
  }

  static List<Golden> whole() throws IOException {
    return goldens("jpeg-expected.tsv");
  }

  static List<Golden> damaged() throws IOException {
    return goldens("jpeg-damaged-expected.tsv");
  }

  @ParameterizedTest
  @MethodSource("whole")
  void decodesAsTheReference(Golden golden) throws ImageException {
    assertPixels(STRICT.decode(Goldens.read("jpeg/" + golden.name())), golden);
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void damageIsAnErrorOrYieldsThePixelsOfTheReference(Golden golden) throws ImageException {
    byte[] bytes = Goldens.read("jpeg-damaged/" + golden.name());
    ImageException failure = catchThrowableOfType(ImageException.class, () -> STRICT.decode(bytes));
    assertThat(failure.errorCode())
        .isIn(ImageErrorCode.IMAGE_TRUNCATED, ImageErrorCode.IMAGE_CORRUPT);
    assertPixels(LENIENT.decode(bytes), golden);
  }

  @Test
  void theHeightMayFollowTheFirstScan() throws ImageException {
    byte[] image = Goldens.read("jpeg/420-baseline.jpg");
    int frame = Bytes.indexOf(image, new byte[] {(byte) 0xff, (byte) 0xc0});
    short height = ByteBuffer.wrap(image).getShort(frame + 5);
    ByteBuffer late = ByteBuffer.allocate(image.length + 6);
    late.put(image, 0, image.length - 2).putInt(0xffdc_0004).putShort(height);
    late.putShort((short) 0xffd9).putShort(frame + 5, (short) 0);
    assertThat(STRICT.decode(late.array()).rgb())
        .isEqualTo(Goldens.decode("jpeg/420-baseline.jpg").rgb());
  }

  @Test
  void aSequentialScanHasAllCoefficientsWhateverItsHeaderSays() throws ImageException {
    byte[] image = Goldens.read("jpeg/420-baseline.jpg");
    int scan = Bytes.indexOf(image, new byte[] {(byte) 0xff, (byte) 0xda});
    assertThat(image[scan + 12]).isEqualTo((byte) 63);
    image[scan + 12] = 0;
    assertThat(STRICT.decode(image).rgb()).isEqualTo(Goldens.decode("jpeg/420-baseline.jpg").rgb());
  }

  @Test
  void anImageWithoutAnyHeightIsAnError() {
    byte[] image = Goldens.read("jpeg/420-baseline.jpg");
    int frame = Bytes.indexOf(image, new byte[] {(byte) 0xff, (byte) 0xc0});
    ByteBuffer.wrap(image).putShort(frame + 5, (short) 0);
    assertThat(codeOf(image)).isEqualTo(ImageErrorCode.IMAGE_CORRUPT);
  }

  @Test
  void rejectsTwelveBitsByTheirNumber() {
    byte[] image = Goldens.read("jpeg/420-baseline.jpg");
    int frame = Bytes.indexOf(image, new byte[] {(byte) 0xff, (byte) 0xc0});
    image[frame + 1] = (byte) 0xc1;
    image[frame + 4] = 12;
    ImageException failure = catchThrowableOfType(ImageException.class, () -> STRICT.decode(image));
    assertThat(failure.errorCode()).isEqualTo(ImageErrorCode.IMAGE_FORMAT_UNKNOWN);
    assertThat(failure).hasMessageContaining("precision: 12 bits (expected: 8)");
  }

  @Test
  void rejectsSamplesBetweenPixelsByTheirFactors() {
    byte[] image = Goldens.read("jpeg/3x1-baseline.jpg");
    int frame = Bytes.indexOf(image, new byte[] {(byte) 0xff, (byte) 0xc0});
    image[frame + 14] = 0x21;
    ImageException failure = catchThrowableOfType(ImageException.class, () -> STRICT.decode(image));
    assertThat(failure.errorCode()).isEqualTo(ImageErrorCode.IMAGE_FORMAT_UNKNOWN);
    assertThat(failure).hasMessageContaining("sampling factors: 2 x 1 of 3 x 1");
  }

  /** Tests a component without a scan in a file with an end marker. */
  @Test
  void aMissingScanIsAnErrorUnlessDamageIsAllowed() throws ImageException {
    byte[] image = Goldens.read("jpeg/scans-apart-444.jpg");
    int last = 0;
    for (int at = 0; at + 1 < image.length; at++) {
      last = image[at] == (byte) 0xff && image[at + 1] == (byte) 0xda ? at : last;
    }
    byte[] without = Arrays.copyOf(image, last + 2);
    without[last + 1] = (byte) 0xd9;
    assertThat(codeOf(without)).isEqualTo(ImageErrorCode.IMAGE_CORRUPT);
    assertThat(codeOf(Arrays.copyOf(image, last))).isEqualTo(ImageErrorCode.IMAGE_TRUNCATED);
    assertThat(LENIENT.decode(without).rgb()).hasSize(3 * 61 * 45);
  }

  private static ImageErrorCode codeOf(byte[] bytes) {
    return catchThrowableOfType(ImageException.class, () -> STRICT.decode(bytes)).errorCode();
  }

  private static void assertPixels(DecodedImage decoded, Golden golden) {
    assertThat(decoded.width()).isEqualTo(golden.width());
    assertThat(decoded.height()).isEqualTo(golden.height());
    assertThat(sha256(decoded.rgb())).isEqualTo(golden.sha256());
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
