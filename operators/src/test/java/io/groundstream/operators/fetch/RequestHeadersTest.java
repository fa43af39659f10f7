package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.util.Map;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {
  private static RequestHeaders read(Map<String, String> values) throws Exception {
    SettingsReader reader = new SettingsReader(values);
    RequestHeaders headers = RequestHeaders.read(reader);
    reader.throwIfWrong();
    return headers;
  }

  @ParameterizedTest
  @CsvSource({
    "images.example.org.Authorization, https://images.example.org Authorization: …",
    "*.example.org.X-Key, https://*.example.org X-Key: …",
    "*.X-Key, https://* X-Key: …",
    "*:8443.X-Key, https://*:8443 X-Key: …",
    "https://images.example.org:8443.X-Key, https://images.example.org:8443 X-Key: …",
    "http://localhost:80.X-Key, http://localhost:80 X-Key: …",
    "10.1.2.3.X-Key, https://10.1.2.3 X-Key: …",
    "[::1]:8080.X-Key, https://[::1]:8080 X-Key: …",
    "bücher.test.X-Key, https://xn--bcher-kva.test X-Key: …",
    "my_host.User-Agent, https://my_host User-Agent: …",
  })
  void aKeyNamesHostAndHeader(String key, String shown) throws Exception {
    RequestHeaders headers = read(Map.of("fetch.http-headers." + key, " Bearer hidden= "));
    assertThat(headers.all()).singleElement().hasToString(shown);
    assertThat(headers.all().get(0).value()).isEqualTo("Bearer hidden=");
    assertThat(headers.toString()).doesNotContain("hidden");
    assertThat(InstantiationUtil.<RequestHeaders>clone(headers)).isEqualTo(headers);
  }

  @ParameterizedTest
  @CsvSource({
    "h.example.X-Key, 'hidden\r\nX-Other: 1'",
    "h.example.X-Key, 'hidden\nX-Other: 1'",
    "h.example.X-Key, 'hidden\0'",
    "h.example.X-Key, 'hiddenü'",
    "h.example.X-Key, ''",
    "h.example.Host, hidden",
    "h.example.content-length, hidden",
    "h.example.Transfer-Encoding, hidden",
    "h.example.Connection, hidden",
    "h.example.Range, hidden",
    "h.example.a b, hidden",
    "h.example., hidden",
    "X-Key, hidden",
    "a|b.X-Key, hidden",
    "**.X-Key, hidden",
    "h.example:99999.X-Key, hidden",
    "ftp://h.example.X-Key, hidden",
  })
  void whatIsNoHeaderIsRefusedWithoutShowingIt(String key, String value) {
    assertThatThrownBy(() -> read(Map.of("fetch.http-headers." + key, value)))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("fetch.http-headers." + key + ": … (expected: HOST.NAME")
        .message()
        .doesNotContain("hidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "ü"})
  void aUserAgentIsOneLine(String text) {
    assertThatThrownBy(() -> read(Map.of("fetch.http.user-agent", text)))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("fetch.http.user-agent");
  }

  @Test
  void theClosestHostWins() throws Exception {
    RequestHeaders headers =
        read(
            Map.of(
                "fetch.http-headers.a.example.org.X-Key", "1",
                "fetch.http-headers.*.X-Key", "2",
                "fetch.http-headers.*.a.example.org.X-Key", "3",
                "fetch.http-headers.*.example.org.X-Key", "4"));
    assertThat(headers.all()).extracting(HostHeader::value).containsExactly("2", "4", "3", "1");
  }

  @Test
  void flinkHidesThem() {
    assertThat(GlobalConfiguration.isSensitive("fetch.http-headers.a.example.X")).isTrue();
    assertThat(GlobalConfiguration.isSensitive(FetchOptions.HEADERS_PREFIX + "a.X")).isTrue();
  }
}
