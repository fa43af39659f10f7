package io.groundstream.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
  private final HostCheck check = new HostCheck("127.0.0.1", List.of("Watch.example.org"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8090",
        "localhost:8090",
        "LOCALHOST",
        "localhost.",
        "a.localhost:1",
        "[::1]:8090",
        "192.168.1.7",
        "watch.example.org",
        "watch.example.org:443"
      })
  void ownNamesAndAddressesMayCall(String host) {
    assertThat(check.allows(host)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "", "evil.example", "evil.example:8090", "127.0.0.1.evil.example", "localhost.evil.example",
        "xlocalhost", "127.0.0.1:8090:evil", "[::1].evil.example", "127.0.0.1@evil.example", "1.2.3"
      })
  void othersMayNot(String host) {
    assertThat(check.allows(host)).isFalse();
  }
}
