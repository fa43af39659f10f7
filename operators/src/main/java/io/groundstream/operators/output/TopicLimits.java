package io.groundstream.operators.output;

import io.groundstream.operators.config.KafkaOptions;
import io.groundstream.operators.config.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How large a record the output topics take; a larger one would fail the job again and again. */
public final class TopicLimits {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private TopicLimits() {}

  /**
   * Returns the largest record to write: {@code kafka.max-record-bytes}, or what the topics take if
   * that is less. Where the brokers do not tell, because there is no such topic yet or the job may
   * not ask, the setting counts.
   *
   * @throws TopicLimitException if a topic takes so little that not even dead letters fit
   */
  public static int maxRecordBytes(KafkaSettings settings)
      throws TopicLimitException, InterruptedException {
    int limit = settings.maxRecordBytes();
    Properties properties = settings.clientProperties();
    properties.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    List<ConfigResource> topics =
        List.of(
            topic(settings.imagesTopic()),
            topic(settings.phrasesTopic()),
            topic(settings.deadLettersTopic()));
    long end = System.nanoTime() + TIMEOUT.toNanos();
    Admin admin = Admin.create(properties);
    try {
      Map<ConfigResource, KafkaFuture<Config>> answers = admin.describeConfigs(topics).values();
      for (Map.Entry<ConfigResource, KafkaFuture<Config>> answer : answers.entrySet()) {
        limit = Math.min(limit, limit(answer.getKey().name(), answer.getValue(), limit, end));
      }
    } finally {
      // Not without a limit: it would wait for brokers that are away.
      admin.close(CLOSE_TIMEOUT);
    }
    return limit;
  }

  private static int limit(String topic, KafkaFuture<Config> answer, int otherwise, long end)
      throws TopicLimitException, InterruptedException {
    ConfigEntry entry;
    try {
      entry =
          answer
              .get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)
              .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("Topic {} does not tell its largest record: {}", topic, e.toString());
      return otherwise;
    }
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
              + ")");
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

  /** A topic takes too little; somebody has to change it. */
  public static final class TopicLimitException extends Exception {
    private static final long serialVersionUID = 1L;

    TopicLimitException(String message) {
      super(message);
    }
  }
}
