package io.groundstream.jobs.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.DeadLetterOptions;
import io.groundstream.operators.grounding.GroundingOptions;
import io.groundstream.operators.grounding.ModelOptions;
import io.groundstream.operators.grounding.RequestRules;
import io.groundstream.operators.grounding.RequestTemplate;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.JobOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnrichmentSettingsTest {
  private static final Map<String, String> LEAST =
      Map.of(
          "kafka.bootstrap-servers", "localhost:9092",
          "schema-registry.url", "http://localhost:8081",
          "model.checkpoint", "/models/kosmos-2");

  private static Map<String, String> with(String key, String value) {
    Map<String, String> values = new HashMap<>(LEAST);
    values.put(key, value);
    return values;
  }

  @Test
  void aMinimalConfigurationGetsDefaults() throws Exception {
    EnrichmentSettings settings = EnrichmentSettings.parse(LEAST);

    assertThat(settings.kafka().deliveryGuarantee()).isEqualTo(DeliveryGuarantee.EXACTLY_ONCE);
    assertThat(settings.kafka().events().names()).containsExactly("image-events");
    assertThat(settings.registry().urls()).containsExactly("http://localhost:8081");
    assertThat(settings.registry().autoRegister()).isTrue();
    assertThat(settings.grounding().requests().otherwise())
        .isEqualTo(RequestRules.of(List.of(new RequestTemplate(Task.GROUNDED_CAPTION, null))));
    assertThat(settings.grounding().fetching().allowedRoots()).isEmpty();
    // The number of processors is only known on the machine that runs the task.
    assertThat(settings.grounding().preparationThreads()).isNull();
    assertThat(settings.model().threads()).isNull();
    assertThat(settings.model().toOptions(DeviceSpec.CPU).checkpoint())
        .hasToString("/models/kosmos-2");
  }

  @Test
  void deploymentsDifferInTheirTransactions() throws Exception {
    String prefix = EnrichmentSettings.parse(LEAST).kafka().transactionalIdPrefix();

    assertThat(prefix).matches("groundstream-enrich-[0-9a-f]{8}");
    assertThat(EnrichmentSettings.parse(LEAST).kafka().transactionalIdPrefix()).isEqualTo(prefix);
    assertThat(
            EnrichmentSettings.parse(with("kafka.group-id", "another"))
                .kafka()
                .transactionalIdPrefix())
        .startsWith("another-");
    for (String topic : List.of("events", "images", "phrases", "dead-letters")) {
      assertThat(
              EnrichmentSettings.parse(with("kafka.topics." + topic, "another"))
                  .kafka()
                  .transactionalIdPrefix())
          .as(topic)
          .startsWith("groundstream-enrich-")
          .isNotEqualTo(prefix);
    }
    assertThat(
            EnrichmentSettings.parse(with("kafka.transactional-id-prefix", "mine"))
                .kafka()
                .transactionalIdPrefix())
        .isEqualTo("mine");
  }

  @Test
  void severalTopicsDifferInTheirTransactions() throws Exception {
    Set<String> prefixes = new HashSet<>();
    for (Map<String, String> values :
        List.of(
            with("kafka.topics.events", "a"),
            with("kafka.topics.events", "a;b"),
            with("kafka.topics.events-pattern", "a"),
            with("kafka.topics.events-pattern", "b"))) {
      EnrichmentSettings settings = EnrichmentSettings.parse(values);
      prefixes.add(settings.kafka().transactionalIdPrefix());
      assertThat(InstantiationUtil.clone(settings)).isEqualTo(settings);
    }
    assertThat(prefixes).hasSize(4);
    assertThat(EnrichmentSettings.parse(with("kafka.topics.events-pattern", "a")).kafka().events())
        .hasToString("/a/");
  }

  @Test
  void aBackfillHasNoTopic() {
    Map<String, String> values = new HashMap<>();
    values.put("archive.paths", "/archive");
    values.put("output.directory", "/out");
    values.put("model.checkpoint", "/models/kosmos-2");
    values.put("grounding.default-tasks", "question: Is it of {topic}?");

    assertThatThrownBy(() -> BackfillSettings.parse(values))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(
            "grounding.default-tasks: question: Is it of {topic}? (expected: texts without"
                + " {topic}");
  }

  @Test
  void settingsTravelToTaskManagers() throws Exception {
    EnrichmentSettings settings = EnrichmentSettings.parse(LEAST);

    assertThat(InstantiationUtil.clone(settings)).isEqualTo(settings);
  }

  @Test
  void valuesAreRead() throws Exception {
    Map<String, String> values = new HashMap<>(LEAST);
    values.put("kafka.bootstrap-servers", "broker-1:9092, [::1]:9093");
    values.put("kafka.delivery-guarantee", "at-least-once");
    values.put("kafka.starting-offsets", "latest");
    values.put("schema-registry.url", "http://a:1;https://b:2/x");
    values.put("grounding.default-tasks", "caption;detailed-caption");
    values.put("fetch.allowed-roots", "/a;/b c");
    values.put("job.checkpoint-interval", "250 ms");
    values.put("properties.security.protocol", "SASL_SSL");
    values.put("schema-registry.properties.basic.auth.user.info", "a:b");
    values.put("flink.state.backend.type", "rocksdb");

    EnrichmentSettings settings = EnrichmentSettings.parse(values);

    assertThat(settings.kafka().deliveryGuarantee()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
    assertThat(settings.kafka().properties()).containsEntry("security.protocol", "SASL_SSL");
    assertThat(settings.registry().urls()).containsExactly("http://a:1", "https://b:2/x");
    assertThat(settings.registry().properties()).containsEntry("basic.auth.user.info", "a:b");
    assertThat(settings.grounding().requests().otherwise())
        .isEqualTo(
            RequestRules.of(
                List.of(
                    new RequestTemplate(Task.CAPTION, null),
                    new RequestTemplate(Task.DETAILED_CAPTION, null))));
    assertThat(settings.grounding().fetching().allowedRoots()).containsExactly("/a", "/b c");
    assertThat(settings.job().checkpointInterval()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.job().flink()).containsEntry("state.backend.type", "rocksdb");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grounding.capacity | 0 | > 0",
        "grounding.capacity | many | > 0",
        "grounding.capacity | 99999999999 | > 0",
        "grounding.max-new-tokens | -1 | > 0",
        "grounding.no-repeat-ngram-size | -1 | >= 0",
        "grounding.ordered | perhaps | true or false",
        "grounding.default-tasks | dance | different tasks",
        "grounding.default-tasks | caption;caption | different tasks",
        "grounding.default-tasks | question | needs a text",
        "fetch.allowed-roots | relative/path | absolute",
        "dead-letter.max-bytes | 3 gb | 0 to 2 gb",
        "kafka.delivery-guarantee | twice | exactly-once or at-least-once",
        "kafka.delivery-guarantee | none | exactly-once or at-least-once",
        "properties.buffer.memory | 100000 | >= 1001024, room for",
        "kafka.bootstrap-servers | localhost | brokers as host:port",
        "kafka.bootstrap-servers | a:1,b | brokers as host:port",
        "kafka.starting-offsets | middle | earliest or latest",
        "kafka.topics.images | image-events | another topic than that of kafka.topics.events",
        "kafka.topics.phrases | a b | letters",
        "kafka.max-record-bytes | 1 kb | 64 kb",
        "kafka.transaction-timeout | 5 s | more than job.checkpoint-interval",
        "schema-registry.url | localhost:8081 | URLs such as",
        "schema-registry.retry-timeout | soon | a duration",
        "model.device | tpu | auto, cpu or gpu:N",
        "model.dtype | int8 | auto, float32, bfloat16 or float16",
        "model.max-batch-size | 0 | > 0",
        "model.max-image-pixels | 0 | 1 to",
        "job.parallelism | 129 | 1 to 128",
        "job.max-parallelism | 40000 | 1 to 32768",
        "job.checkpoint-interval | 1 ms | at least 10 ms",
        "properties.group.id | mine | use kafka.group-id",
        "properties.key.serializer | mine | nothing",
        "flink.parallelism.default | 3 | use job.parallelism",
        "flink.pipeline.generic-types | true | nothing",
      })
  void invalidValuesAreReportedWithTheExpectedOnes(String key, String value, String expected) {
    assertThatThrownBy(() -> EnrichmentSettings.parse(with(key, value)))
        .asInstanceOf(type(InvalidConfigurationException.class))
        .satisfies(
            e -> {
              assertThat(e.problems()).hasSize(1);
              String problem = e.problems().get(0);
              assertThat(problem).startsWith(key + ": ").contains("(expected: ").contains(expected);
            });
  }

  @Test
  void allProblemsAreReportedTogether() {
    assertThatThrownBy(
            () ->
                EnrichmentSettings.parse(
                    Map.of("grounding.capasity", "3", "model.threads", "0", "unheard.of", "1")))
        .asInstanceOf(type(InvalidConfigurationException.class))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .hasSize(6)
                    .anyMatch(p -> p.contains("perhaps grounding.capacity"))
                    .anyMatch(p -> p.startsWith("unheard.of: unknown key"))
                    .anyMatch(p -> p.equals("model.threads: 0 (expected: > 0)"))
                    .anyMatch(p -> p.startsWith("kafka.bootstrap-servers: not set"))
                    .anyMatch(p -> p.startsWith("schema-registry.url: not set"))
                    .anyMatch(p -> p.startsWith("model.checkpoint: not set")));
  }

  @Test
  void everyOptionIsListedOnceAndDescribed() throws Exception {
    Set<String> keys = new HashSet<>();
    for (ConfigOption<?> option : Options.all()) {
      assertThat(keys.add(option.key())).as(option.key()).isTrue();
      assertThat(option.key()).matches("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)+");
      assertThat(option.description()).as(option.key()).isNotNull();
    }
    for (Class<?> type :
        List.of(
            KafkaOptions.class,
            RegistryOptions.class,
            ModelOptions.class,
            GroundingOptions.class,
            DeadLetterOptions.class,
            JobOptions.class)) {
      for (java.lang.reflect.Field field : type.getDeclaredFields()) {
        if (field.get(null) instanceof ConfigOption<?> option) {
          assertThat(keys).contains(option.key());
        }
      }
    }
  }
}
