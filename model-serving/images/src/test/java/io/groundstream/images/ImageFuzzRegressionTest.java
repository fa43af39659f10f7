package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the fuzzer's target on the files that the fuzzer kept: one for each path through the
 * decoders that it found, and each of its findings. The names of these files are hashes.
 */
class ImageFuzzRegressionTest {
  static List<String> inputs() {
    return Stream.of("fuzz", "hostile", "formats")
        .flatMap(folder -> Goldens.names(folder).stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void decodesOrFailsWithACode(String name) {
    byte[] bytes = Goldens.read(name);
    assertThatCode(() -> ImageFuzzTarget.fuzzerTestOneInput(bytes)).doesNotThrowAnyException();
  }

  @Test
  void theCorpusIsThere() {
    assertThat(Goldens.names("fuzz")).hasSizeGreaterThan(100);
  }
}
