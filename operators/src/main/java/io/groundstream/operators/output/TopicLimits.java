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
import java.util.SortedSet;
import java.util.TreeSet;
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
 * Checks before a start that the topics exist, that the output topics accept large enough records,
 * and that the brokers allow transactions as long as configured; otherwise the job would fail
 * repeatedly.
 */
public final class TopicLimits {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);
  private static final String AUTO_CREATE = "auto.create.topics.enable";
  private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private TopicLimits() {}

  /**
   * Returns the maximum size of a record, in bytes: {@code kafka.max-record-bytes}, or the topics'
   * limit if that is lower. If the limit is unknown, because the job may not query it or the
   * brokers create topics on the first write, the setting applies.
   *
   * @throws TopicLimitException if a topic's limit is too low even for dead letters, if a topic
   *     does not exist and the brokers do not create it, or if the brokers reject transactions as
   *     long as {@code kafka.transaction-timeout}
   */
  public static int maxRecordBytes(KafkaOutput output)
      throws TopicLimitException, InterruptedException {
    KafkaSettings settings = output.kafka();
    int limit = settings.maxRecordBytes();
    // Nothing is written to the topics of events, but without one the source would fail again and
    // again.
    Map<ConfigResource, ConfigOption<?>> topics = new LinkedHashMap<>();
    topics.put(topic(settings.imagesTopic()), KafkaOptions.IMAGES_TOPIC);
    topics.put(topic(settings.phrasesTopic()), KafkaOptions.PHRASES_TOPIC);
    topics.put(topic(settings.deadLettersTopic()), KafkaOptions.DEAD_LETTERS_TOPIC);
    if (output.readsEvents()) {
      settings
          .events()
          .names()
          .forEach(name -> topics.put(topic(name), KafkaOptions.EVENTS_TOPICS));
    }
    SortedSet<String> missingEvents = new TreeSet<>();
    long end = System.nanoTime() + TIMEOUT.toNanos();
    Admin admin = KafkaClients.of(settings).admin("limits");
    try {
      Map<ConfigResource, KafkaFuture<Config>> answers =
          admin.describeConfigs(topics.keySet()).values();
      for (Map.Entry<ConfigResource, KafkaFuture<Config>> answer : answers.entrySet()) {
        String topic = answer.getKey().name();
        try {
          Config config = await(answer.getValue(), end);
          if (!KafkaOptions.EVENTS_TOPICS.equals(topics.get(answer.getKey()))) {
            limit = Math.min(limit, limit(topic, config, limit));
          }
        } catch (ExecutionException | TimeoutException e) {
          boolean missing = e.getCause() instanceof UnknownTopicOrPartitionException;
          if (missing && KafkaOptions.EVENTS_TOPICS.equals(topics.get(answer.getKey()))) {
            // Reading does not create it, even where writing does.
            missingEvents.add(topic);
            continue;
          }
          if (missing && !brokersCreateTopics(admin, end)) {
            throw new TopicLimitException(
                requireNonNull(topics.get(answer.getKey())).key()
                    + ": "
                    + topic
                    + " (expected: a topic that exists; create it, because these brokers do not)");
          }
          LOG.info("The record limit of topic {} is unknown: {}", topic, e.toString());
        }
      }
      if (!missingEvents.isEmpty()) {
        throw new TopicLimitException(
            KafkaOptions.EVENTS_TOPICS.key()
                + ": "
                + String.join(", ", missingEvents)
                + " (expected: topics that exist; create them, or name topics that will come later"
                + " in "
                + KafkaOptions.EVENTS_PATTERN.key()
                + ")");
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
      LOG.info("The brokers' limit for the duration of transactions is unknown: {}", e.toString());
    }
  }

  /** Returns the accessible settings of all brokers, by broker identifier. */
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

  /** Returns whether brokers create topics on the first write; true also if that is unknown. */
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
              + ", the size of a dead letter without its original value; raise it)");
    }
    if (limit < otherwise) {
      LOG.info(
          "Topic {} accepts records of up to {} bytes, less than {}",
          topic,
          limit,
          KafkaOptions.MAX_RECORD_BYTES.key());
    }
    return limit;
  }

  private static ConfigResource topic(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  /**
   * Reports that topics or brokers do not accept the job's records or transactions, so that topics,
   * brokers or settings have to change.
   */
  public static final class TopicLimitException extends Exception {
    private static final long serialVersionUID = 1L;

    TopicLimitException(String message) {
      super(message);
    }
  }
}
