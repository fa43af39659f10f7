package io.groundstream.operators.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceSettingsTest {
  private static TraceSettings read(Map<String, String> values) throws Exception {
    SettingsReader reader = new SettingsReader(values);
    TraceSettings settings = TraceSettings.read(reader);
    reader.throwIfWrong();
    return settings;
  }

  @Test
  void thereAreNoTracesUnlessTheyAreAskedFor() throws Exception {
    assertThat(read(Map.of()).areOn()).isFalse();
    assertThat(TraceSettings.OFF.areOn()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:4318, http://localhost:4318/v1/traces",
    "https://collector.example/, https://collector.example/v1/traces",
    "https://collector.example/otlp/v1/traces, https://collector.example/otlp/v1/traces"
  })
  void aUrlWithoutPathGetsTheUsualOne(String configured, String endpoint) throws Exception {
    assertThat(read(Map.of("traces.otlp-endpoint", configured)).endpoint()).isEqualTo(endpoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:4318",
        "grpc://localhost:4317",
        "http://user:hidden@localhost:4318",
        "http://localhost:4318/v1/traces?key=hidden",
        "http://",
        "http://local host"
      })
  void whatIsNoUrlOrHoldsSecretsIsRefusedWithoutShowingIt(String configured) {
    assertThatThrownBy(() -> read(Map.of("traces.otlp-endpoint", configured)))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(
            "traces.otlp-endpoint: no such URL (expected: a URL such as http://localhost:4318")
        .message()
        .doesNotContain("hidden");
  }

  @Test
  void headersAreNeverShown() throws Exception {
    TraceSettings settings =
        read(
            Map.of(
                "traces.otlp-endpoint",
                "http://localhost:4318",
                "traces.http-headers.Authorization",
                "Bearer hidden"));

    assertThat(settings.headers()).containsExactly(Map.entry("Authorization", "Bearer hidden"));
    assertThat(settings.toString()).doesNotContain("hidden");
    assertThat(InstantiationUtil.<TraceSettings>clone(settings)).isEqualTo(settings);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Key, 'hidden\nX-Other: 1'",
    "Host, hidden",
    "content-length, hidden",
    "a b, hidden"
  })
  void headersThatCannotBeSentAreRefused(String name, String value) {
    assertThatThrownBy(() -> read(Map.of("traces.http-headers." + name, value)))
        .hasMessageContaining("traces.http-headers." + name + ": (not shown) (expected: ")
        .message()
        .doesNotContain("hidden");
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    Map<String, String> values = new HashMap<>();
    values.put("traces.sample-ratio", "1.1");
    values.put("traces.queue-capacity", "0");
    values.put("traces.timeout", "2 min");
    values.put("traces.service-name", " ");
    assertThatThrownBy(() -> read(values))
        .hasMessageContaining("traces.sample-ratio: 1.1 (expected: 0 to 1)")
        .hasMessageContaining("traces.queue-capacity: 0 (expected: 1 to 1048576)")
        .hasMessageContaining("traces.timeout: 2 min (expected: more than 0 s, up to 1 min)")
        .hasMessageContaining("traces.service-name:");
  }

  @Test
  void theRestHasDefaults() throws Exception {
    TraceSettings settings = read(Map.of("traces.otlp-endpoint", "http://localhost:4318"));
    assertThat(settings.sampleRatio()).isEqualTo(1);
    assertThat(settings.serviceName()).isEqualTo("groundstream");
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
  }
}
