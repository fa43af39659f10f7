package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verifies that no image, not even a nearly intact one, occupies its thread beyond the limit. */
@Timeout(120)
class DecodingTimeTest {
  private static final int SIDE = 4000;
  private static final int SCANS = 100;

  private static ImageDecoder within(Duration time) {
    return new ImageDecoder(
        ImageOptions.defaults().withLimits(new ImageLimits(64 << 20, 50_000_000, time)));
  }

  private static ImageDecoder lenientWithin(Duration time) {
    return new ImageDecoder(
        ImageOptions.defaults()
            .withTruncated(true)
            .withLimits(new ImageLimits(64 << 20, 50_000_000, time)));
  }

  static List<String> images() {
    return Stream.of("formats", "images")
        .flatMap(folder -> Goldens.names(folder).stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("images")
  void everyDecoderChecksTheTime(String name) {
    ImageException failure =
        catchThrowableOfType(
            ImageException.class, () -> within(Duration.ofNanos(1)).decode(Goldens.read(name)));
    assertThat(failure).as("decoded beyond the time limit").isNotNull();
    assertThat(failure.errorCode()).isEqualTo(ImageErrorCode.DECODING_TIMEOUT);
    assertThat(failure).hasMessageContaining("expected: at most that");
  }

  @Test
  void stopsBetweenTheScansOfASmallFileWithManyOfThem() {
    byte[] slow = manyScans();
    assertThat(slow.length).isLessThan(3 << 20);
    // Its scans repeat an earlier one.
    ImageException strict =
        catchThrowableOfType(ImageException.class, () -> within(Duration.ofDays(1)).decode(slow));
    assertThat(strict.errorCode()).isEqualTo(ImageErrorCode.IMAGE_CORRUPT);
    // If damage is accepted, all of them would be decoded.
    ImageException cut =
        catchThrowableOfType(
            ImageException.class, () -> lenientWithin(Duration.ofMillis(20)).decode(slow));
    assertThat(cut.errorCode()).isEqualTo(ImageErrorCode.DECODING_TIMEOUT);
  }

  /**
   * Returns a progressive image of a few kilobytes that states many pixels and repeats its last
   * scan.
   */
  private static byte[] manyScans() {
    byte[] jpeg = Goldens.read("images/progressive.jpg");
    int frame = Bytes.indexOf(jpeg, new byte[] {(byte) 0xff, (byte) 0xc2});
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) SIDE).putShort(frame + 7, (short) SIDE);
    int last = 0;
    int scans = 0;
    for (int at = frame; at + 1 < jpeg.length; at++) {
      if (jpeg[at] == (byte) 0xff && jpeg[at + 1] == (byte) 0xda) {
        last = at;
        scans++;
      }
    }
    ByteArrayOutputStream slow = new ByteArrayOutputStream();
    slow.write(jpeg, 0, last);
    for (int scan = scans; scan <= SCANS; scan++) {
      slow.write(jpeg, last, jpeg.length - 2 - last);
    }
    slow.write(0xff);
    slow.write(0xd9);
    return slow.toByteArray();
  }
}
