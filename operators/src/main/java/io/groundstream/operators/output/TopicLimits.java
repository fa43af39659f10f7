package io.groundstream.operators.output;

import static java.util.Objects.requireNonNull;

import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the topics are there, how large a record those of the output take, and whether the
 * brokers allow transactions as long as configured: otherwise the job would fail again and again.
 */
public final class TopicLimits {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);
  private static final String AUTO_CREATE = "auto.create.topics.enable";
  private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private TopicLimits() {}

  /**
   * Returns the largest record to write: {@code kafka.max-record-bytes}, or what the topics take if
   * that is less. Where the brokers do not tell, because the job may not ask or they create topics
   * when these are written to, the setting counts.
   *
   * @throws TopicLimitException if a topic takes so little that not even dead letters fit, or if
   *     there is no such topic and the brokers will not create it, or if they refuse transactions
   *     as long as {@code kafka.transaction-timeout}
   */
  public static int maxRecordBytes(KafkaOutput output)
      throws TopicLimitException, InterruptedException {
    KafkaSettings settings = output.kafka();
    int limit = settings.maxRecordBytes();
    // Nothing is written to the events' topic, but without it the source would fail again and
    // again.
    ConfigResource events = topic(settings.eventsTopic());
    Map<ConfigResource, ConfigOption<String>> topics = new LinkedHashMap<>();
    topics.put(topic(settings.imagesTopic()), KafkaOptions.IMAGES_TOPIC);
    topics.put(topic(settings.phrasesTopic()), KafkaOptions.PHRASES_TOPIC);
    topics.put(topic(settings.deadLettersTopic()), KafkaOptions.DEAD_LETTERS_TOPIC);
    if (output.readsEvents()) {
      topics.put(events, KafkaOptions.EVENTS_TOPIC);
    }
    long end = System.nanoTime() + TIMEOUT.toNanos();
    Admin admin = KafkaClients.of(settings).admin("limits");
    try {
      Map<ConfigResource, KafkaFuture<Config>> answers =
          admin.describeConfigs(topics.keySet()).values();
      for (Map.Entry<ConfigResource, KafkaFuture<Config>> answer : answers.entrySet()) {
        String topic = answer.getKey().name();
        try {
          Config config = await(answer.getValue(), end);
          if (!answer.getKey().equals(events)) {
            limit = Math.min(limit, limit(topic, config, limit));
          }
        } catch (ExecutionException | TimeoutException e) {
          if (e.getCause() instanceof UnknownTopicOrPartitionException
              && !brokersCreateTopics(admin, end)) {
            throw new TopicLimitException(
                requireNonNull(topics.get(answer.getKey())).key()
                    + ": "
                    + topic
                    + " (expected: a topic that exists; create it, for these brokers do not)");
          }
          LOG.info("Topic {} does not tell its largest record: {}", topic, e.toString());
        }
      }
      if (settings.deliveryGuarantee() == DeliveryGuarantee.EXACTLY_ONCE) {
        checkTransactions(admin, settings.transactionTimeout(), end);
      }
    } finally {
      KafkaClients.close(admin);
    }
    return limit;
  }

  private static void checkTransactions(Admin admin, Duration timeout, long end)
      throws TopicLimitException, InterruptedException {
    try {
      for (Map.Entry<String, Config> broker : brokers(admin, end).entrySet()) {
        ConfigEntry longest = broker.getValue().get(LONGEST_TRANSACTION);
        if (longest != null
            && longest.value() != null
            && timeout.toMillis() > Long.parseLong(longest.value())) {
          throw new TopicLimitException(
              "%s: %d ms (expected: <= %s ms, which is %s of broker %s; lower the one or raise the other)"
                  .formatted(
                      KafkaOptions.TRANSACTION_TIMEOUT.key(),
                      timeout.toMillis(),
                      longest.value(),
                      LONGEST_TRANSACTION,
                      broker.getKey()));
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("The brokers do not tell how long transactions may be: {}", e.toString());
    }
  }

  /** Returns the settings of all brokers by their identifiers, as far as they tell. */
  private static Map<String, Config> brokers(Admin admin, long end)
      throws ExecutionException, TimeoutException, InterruptedException {
    Map<String, Config> brokers = new LinkedHashMap<>();
    for (Node node : await(admin.describeCluster().nodes(), end)) {
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
      Config config = await(admin.describeConfigs(Set.of(broker)).all(), end).get(broker);
      brokers.put(node.idString(), config == null ? new Config(List.of()) : config);
    }
    return brokers;
  }

  /**
   * Returns whether brokers create topics that are written to; true also where they do not tell.
   */
  public static boolean brokersCreateTopics(Admin admin) throws InterruptedException {
    return brokersCreateTopics(admin, System.nanoTime() + TIMEOUT.toNanos());
  }

  private static boolean brokersCreateTopics(Admin admin, long end) throws InterruptedException {
    try {
      for (Config config : brokers(admin, end).values()) {
        ConfigEntry entry = config.get(AUTO_CREATE);
        if (entry == null || Boolean.parseBoolean(entry.value())) {
          return true;
        }
      }
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return true;
    }
  }

  private static <T> T await(KafkaFuture<T> answer, long end)
      throws ExecutionException, TimeoutException, InterruptedException {
    return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private static int limit(String topic, Config config, int otherwise) throws TopicLimitException {
    ConfigEntry entry = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (entry == null || entry.value() == null) {
      return otherwise;
    }
    int limit = Integer.parseInt(entry.value());
    if (limit < KafkaSettings.LEAST_RECORD_BYTES) {
      throw new TopicLimitException(
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG
              + " of topic "
              + topic
              + ": "
              + limit
              + " (expected: >= "
              + KafkaSettings.LEAST_RECORD_BYTES
              + ", the room that a dead letter needs without its original; raise it)");
    }
    if (limit < otherwise) {
      LOG.info(
          "Topic {} takes records up to {} bytes, less than {}",
          topic,
          limit,
          KafkaOptions.MAX_RECORD_BYTES.key());
    }
    return limit;
  }

  private static ConfigResource topic(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  /** Topics or brokers do not take what the job is to write; somebody has to change something. */
  public static final class TopicLimitException extends Exception {
    private static final long serialVersionUID = 1L;

    TopicLimitException(String message) {
      super(message);
    }
  }
}
