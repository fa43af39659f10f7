package io.groundstream.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.operators.settings.SettingsReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the clients of a job or of a command have in common; no broker is needed for it. */
class KafkaClientsTest {
  private static final String SERVERS = "127.0.0.1:1";

  /** Keeps the settings that the latest client was made of. */
  public static final class SettingsKeeper implements MetricsReporter {
    private static final Map<String, Object> LATEST = new ConcurrentHashMap<>();

    @Override
    public void configure(Map<String, ?> settings) {
      LATEST.clear();
      settings.forEach(
          (key, value) -> {
            if (value != null) {
              LATEST.put(key, value);
            }
          });
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}
  }

  private static KafkaClients command(Map<String, String> properties) {
    return KafkaClients.ofCommand(SERVERS, properties)
        .withDefaults(Map.of("metric.reporters", SettingsKeeper.class.getName()));
  }

  private static String consumerSetting(
      KafkaClients clients, Map<String, String> fixed, String key) {
    try (Consumer<byte[], byte[]> unused = clients.consumer("test", fixed)) {
      return String.valueOf(SettingsKeeper.LATEST.get(key));
    }
  }

  private static String clientId(Map<?, ? extends Metric> metrics) {
    return String.valueOf(metrics.values().iterator().next().metricName().tags().get("client-id"));
  }

  @Test
  void aConsumerReadsWhatIsCommittedAndCommitsNothingByItself() {
    assertThat(consumerSetting(command(Map.of()), Map.of(), "isolation.level"))
        .isEqualTo("read_committed");
    assertThat(consumerSetting(command(Map.of()), Map.of(), "enable.auto.commit"))
        .isEqualTo("false");
    KafkaClients uncommitted = command(Map.of("isolation.level", "read_uncommitted"));
    assertThat(consumerSetting(uncommitted, Map.of(), "isolation.level"))
        .isEqualTo("read_uncommitted");
  }

  @Test
  void theUsersSettingsAreBetweenTheDefaultsOfTheCallerAndWhatItReliesOn() {
    String key = "max.poll.records";
    KafkaClients defaults = command(Map.of()).withDefaults(Map.of(key, "1"));
    KafkaClients user = command(Map.of(key, "2")).withDefaults(Map.of(key, "1"));

    assertThat(consumerSetting(defaults, Map.of(), key)).isEqualTo("1");
    assertThat(consumerSetting(user, Map.of(), key)).isEqualTo("2");
    assertThat(consumerSetting(user, Map.of(key, "3"), key)).isEqualTo("3");
  }

  @Test
  void theBrokersAreThoseThatTheUserNames() {
    KafkaClients clients =
        command(Map.of("bootstrap.servers", "127.0.0.1:2"))
            .withDefaults(Map.of("bootstrap.servers", "127.0.0.1:3"));

    assertThat(consumerSetting(clients, Map.of("bootstrap.servers", "127.0.0.1:4"), "client.id"))
        .isNotEmpty();
    assertThat(SettingsKeeper.LATEST.get("bootstrap.servers")).isEqualTo(SERVERS);
    assertThat(clients.producerProperties()).containsEntry("bootstrap.servers", SERVERS);
    assertThat(clients.servers()).isEqualTo(SERVERS);
  }

  @Test
  void anIdentifierSaysWhatAClientIsForUnlessTheUserChoosesOne() {
    List<String> ids = new ArrayList<>();
    Admin admin = command(Map.of()).admin("limits");
    try (Consumer<byte[], byte[]> consumer = command(Map.of()).consumer("view", Map.of());
        Producer<byte[], byte[]> producer = command(Map.of()).producer("produce", Map.of());
        Producer<byte[], byte[]> other = command(Map.of()).producer("produce", Map.of());
        Producer<byte[], byte[]> named =
            command(Map.of("client.id", "chosen")).producer("produce", Map.of())) {
      ids.add(clientId(admin.metrics()));
      ids.add(clientId(consumer.metrics()));
      ids.add(clientId(producer.metrics()));
      ids.add(clientId(other.metrics()));
      assertThat(clientId(named.metrics())).isEqualTo("chosen");
    } finally {
      KafkaClients.close(admin);
    }

    assertThat(ids.get(0)).startsWith("groundstream-limits-");
    assertThat(ids.get(1)).startsWith("groundstream-view-");
    assertThat(ids.get(2)).startsWith("groundstream-produce-");
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void settingsThatNoClientCanBeMadeOfAreNamedWithoutSecrets() {
    Map<String, String> login =
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            "NoSuchModule required password=\"pw-of-u\";");
    KafkaClients clients = KafkaClients.ofCommand(SERVERS, login);

    assertUnusable(() -> clients.admin("test"));
    assertUnusable(() -> clients.consumer("test", Map.of()));
    assertUnusable(() -> clients.producer("test", Map.of()));
  }

  private static void assertUnusable(ThrowingCallable make) {
    assertThatThrownBy(make)
        .isInstanceOf(KafkaException.class)
        .hasMessageStartingWith("--property sasl.jaas.config: cannot be used (expected: ")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pw-of-u"))
        .satisfies(e -> assertThat(CertainFailures.isCertain(e)).isTrue());
  }

  @Test
  void aMisspeltKeyIsNamedWhereItIsTheReason() {
    KafkaClients clients =
        KafkaClients.of(
            SERVERS,
            Map.of("security.protocol", "SASL_SSL", "sasl.jaas.conf", "secret"),
            "properties.");

    assertThatThrownBy(() -> clients.consumer("test", Map.of()))
        .isInstanceOf(KafkaClients.UnusableSettingsException.class)
        .hasMessage(
            "properties.sasl.jaas.conf: unknown key (expected: perhaps"
                + " properties.sasl.jaas.config)");
  }

  @Test
  void aConnectorGetsTheSettingsOfAJobAndNamesItsClientsItself() throws Exception {
    SettingsReader reader =
        new SettingsReader(Map.of("kafka.bootstrap-servers", SERVERS, "properties.linger.ms", "5"));
    KafkaClients clients = KafkaClients.of(KafkaSettings.read(reader));
    reader.throwIfWrong();

    Properties producer = clients.producerProperties();
    assertThat(producer).containsOnlyKeys("bootstrap.servers", "linger.ms");
    Properties consumer = clients.consumerProperties();
    assertThat(consumer)
        .containsOnlyKeys("bootstrap.servers", "linger.ms", "isolation.level")
        .containsEntry("isolation.level", "read_committed");
  }

  @Test
  void closingDoesNotWaitForBrokersThatAreAway() {
    Admin admin = command(Map.of()).admin("test");
    var nodes = admin.describeCluster().nodes();
    assertThat(nodes.isDone()).as("a call is pending").isFalse();

    assertThat(CompletableFuture.runAsync(() -> KafkaClients.close(admin)))
        .succeedsWithin(Duration.ofSeconds(30));
  }
}
