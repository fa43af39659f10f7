package io.groundstream.jobs.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.groundstream.operators.index.IndexSettings;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexSettingsTest {
  private static Map<String, String> values(String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("kafka.bootstrap-servers", "localhost:9092");
    values.put("schema-registry.url", "http://localhost:8081");
    values.put("index.url", "http://localhost:9200");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return values;
  }

  @Test
  void hasItsOwnDefaultNames() throws Exception {
    IndexSettings settings = IndexJob.settings(values());
    assertThat(settings.kafka().groupId()).isEqualTo("groundstream-index");
    assertThat(settings.kafka().transactionalIdPrefix()).matches("groundstream-index-[0-9a-f]{8}");
    assertThat(settings.job().name()).isEqualTo("groundstream-index");
    assertThat(settings.alias()).isEqualTo("groundstream-images");
  }

  @Test
  void reportsAllProblemsTogetherAndNoSecret() {
    assertThatExceptionOfType(InvalidConfigurationException.class)
        .isThrownBy(
            () ->
                IndexJob.settings(
                    values(
                        "index.url", "http://me:hunter2@localhost:9200",
                        "index.username", "me",
                        "index.password", "hunter2\n",
                        "index.authorization", "ApiKey hunter2",
                        "index.alias", "With Capitals",
                        "index.max-entities", "97",
                        "index.state-ttl", "1 h",
                        "index.bulk.max-size", "1 kb",
                        "index.allias", "x")))
        .satisfies(
            e -> {
              assertThat(e.getMessage()).doesNotContain("hunter2");
              assertThat(e.problems())
                  .hasSizeGreaterThanOrEqualTo(8)
                  .anyMatch(line -> line.startsWith("index.url: not all are URLs"))
                  .anyMatch(line -> line.startsWith("index.password: (not shown)"))
                  .anyMatch(line -> line.startsWith("index.authorization: (not shown)"))
                  .anyMatch(line -> line.startsWith("index.alias: With Capitals (expected: up to"))
                  .contains("index.max-entities: 97 (expected: 1 to 96)")
                  .anyMatch(line -> line.startsWith("index.state-ttl: 1 h (expected: 0, or more"))
                  .contains("index.allias: unknown key (expected: perhaps index.alias)");
            });
  }

  @Test
  void settingsPrintNoSecret() throws Exception {
    IndexSettings settings =
        IndexJob.settings(values("index.username", "me", "index.password", "hunter2"));
    assertThat(settings.connection().password()).isEqualTo("hunter2");
    assertThat(settings.toString()).doesNotContain("hunter2").contains("http://localhost:9200");
  }
}
