package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternTest {
  @ParameterizedTest
  @CsvSource({
    "Images.Example.org, images.example.org",
    "*.example.org, *.example.org",
    "*, *",
    "*:8080, *:8080",
    "my_images:1, my_images:1",
    "bücher.test, xn--bcher-kva.test",
    "*.bücher.test:8443, *.xn--bcher-kva.test:8443",
    "127.1, 127.0.0.1",
    "[0:0::1]:80, [::1]:80",
    "example.org., example.org",
  })
  void isComparedAsItIsAskedFor(String written, String read) {
    assertThat(HostPattern.parse(written)).hasToString(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*.",
        "**",
        "*.*",
        "a*",
        ".a",
        "a..b",
        "a/b",
        "a:",
        "a:0",
        "a:70000",
        "a:x",
        ":80",
        "*a.b",
        "http://a",
        "[::1",
        "::1",
        "[a]",
        "256.1",
        "a b",
        "*.[::1]x"
      })
  void othersAreNone(String written) {
    assertThatThrownBy(() -> HostPattern.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a host such as");
  }
}
