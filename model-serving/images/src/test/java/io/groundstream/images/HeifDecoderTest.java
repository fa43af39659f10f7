package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verifies that misbehaviour of a process that decodes HEIF does not harm this process. */
class HeifDecoderTest {
  private static final ImageOptions OPTIONS =
      ImageOptions.defaults()
          .withLimits(new ImageLimits(1 << 20, 1_000_000, Duration.ofMillis(500)));

  private final AtomicInteger starts = new AtomicInteger();
  private final HeifDecoder decoder = new HeifDecoder(fake(""), 1);

  private HeifCommand fake(String trouble) {
    return folder -> {
      starts.incrementAndGet();
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx32m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+DisplayVMOutputToStderr",
          "-cp",
          System.getProperty("java.class.path"),
          FakeHeifWorker.class.getName(),
          trouble);
    };
  }

  private byte[] decode(byte what) throws ImageException {
    return decoder.decode(new byte[] {what}, ImageFormat.AVIF, OPTIONS).image().rgb();
  }

  @Test
  void keepsOneProcessForManyImages() throws ImageException {
    for (int count = 0; count < 10; count++) {
      assertThat(decode(FakeHeifWorker.GOOD))
          .containsExactly(FakeHeifWorker.GOOD, FakeHeifWorker.GOOD, FakeHeifWorker.GOOD);
    }
    assertThat(starts).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "c, DECODER_FAILED",
    "h, DECODING_TIMEOUT",
    "m, DECODING_OUT_OF_MEMORY",
    "x, DECODER_FAILED",
    "l, DECODER_FAILED",
    "n, DECODER_FAILED",
    "a, DECODER_FAILED",
    "s, DECODER_FAILED",
    "o, DECODER_FAILED"
  })
  void losesOneImageAndDecodesTheNext(char what, ImageErrorCode code) throws ImageException {
    assertThat(decode(FakeHeifWorker.GOOD)).hasSize(3);
    ImageException failure = assertThrows(ImageException.class, () -> decode((byte) what));
    assertThat(failure.errorCode()).isEqualTo(code);
    assertThat(decode(FakeHeifWorker.GOOD)).hasSize(3);
    assertThat(starts).hasValue(2);
  }

  @Test
  void passesNoEnvironmentVariables() throws ImageException {
    assertThat(System.getenv()).hasSizeGreaterThan(3);
    // The C library's setting, and those of the linker that the machine may have.
    assertThat(decode(FakeHeifWorker.ENVIRONMENT)).hasSizeLessThanOrEqualTo(3 * 3);
  }

  @Test
  void reportsAMissingLibraryAtTheStart() {
    HeifDecoder lacking = new HeifDecoder(fake("no libavif"), 1);
    DecoderUnavailableException failure =
        assertThrows(DecoderUnavailableException.class, lacking::check);
    assertThat(failure).hasMessageContaining("AVIF: no libavif").hasMessageContaining("expected");
  }

  @Test
  void reportsAMissingProgramAtTheStart() {
    HeifDecoder none = new HeifDecoder(folder -> List.of("/nowhere/java"), 1);
    assertThat(assertThrows(DecoderUnavailableException.class, none::check))
        .hasMessageContaining("model.heif-decoder")
        .hasMessageContaining("/nowhere/java");
  }

  @Test
  void reportsAProcessThatEndedAtTheStart() {
    HeifDecoder none = new HeifDecoder(folder -> List.of("/bin/false"), 1);
    assertThat(assertThrows(DecoderUnavailableException.class, none::check))
        .hasMessageContaining("ended with status 1");
  }
}
