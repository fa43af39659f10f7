package io.groundstream.console.view;

import io.groundstream.operators.kafka.AccessRefusedException;
import io.groundstream.operators.kafka.CertainFailures;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Access to Kafka for a reader that leaves no traces: partitions are assigned, not subscribed to,
 * and nothing is committed.
 */
final class KafkaAccess {
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final KafkaSettings settings;
  private final KafkaClients clients;

  KafkaAccess(KafkaSettings settings) {
    this.settings = settings;
    this.clients =
        KafkaClients.of(settings)
            .withDefaults(
                Map.of(
                    "default.api.timeout.ms", Long.toString(TIMEOUT.toMillis()),
                    "request.timeout.ms", "5000",
                    "reconnect.backoff.max.ms", "1000"));
  }

  KafkaSettings settings() {
    return settings;
  }

  /** Returns a consumer without a group. */
  KafkaConsumer<byte[], byte[]> consumer(Map<String, String> more) {
    Map<String, String> fixed = new HashMap<>(more);
    fixed.put("enable.auto.commit", "false");
    return clients.consumer("view", fixed);
  }

  Admin admin() {
    return clients.admin("view");
  }

  /** Returns the partitions of a topic as they are now. */
  static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null) {
      return List.of();
    }
    return found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  /**
   * Checks that brokers answer and all topics are there.
   *
   * @param needsEvents whether the topics of events have to be there, too
   * @throws ViewException if not
   */
  void check(boolean needsEvents) throws ViewException, InterruptedException {
    Map<String, String> topics = new TreeMap<>();
    topics.put(settings.imagesTopic(), "kafka.topics.images");
    topics.put(settings.phrasesTopic(), "kafka.topics.phrases");
    topics.put(settings.deadLettersTopic(), "kafka.topics.dead-letters");
    if (needsEvents) {
      settings.events().names().forEach(name -> topics.put(name, "kafka.topics.events"));
    }
    try {
      KafkaRights.check(
          settings,
          new KafkaNeeds(
              List.copyOf(topics.keySet()),
              needsEvents ? settings.events() : null,
              List.of(),
              null,
              null));
    } catch (AccessRefusedException e) {
      throw new ViewException(String.valueOf(e.getMessage()), e);
    }
    List<String> missing = new ArrayList<>();
    try (Admin admin = admin()) {
      Map<String, KafkaFuture<TopicDescription>> answers =
          admin.describeTopics(topics.keySet()).topicNameValues();
      for (Map.Entry<String, String> topic : topics.entrySet()) {
        KafkaFuture<TopicDescription> answer = answers.get(topic.getKey());
        if (answer != null && !exists(answer)) {
          missing.add(topic.getValue() + ": " + topic.getKey());
        }
      }
      missing.sort(Comparator.naturalOrder());
    } catch (org.apache.kafka.common.KafkaException e) {
      throw new ViewException(
          "Kafka at " + settings.bootstrapServers() + ": " + CertainFailures.rootCause(e), e);
    }
    if (!missing.isEmpty()) {
      throw new ViewException(
          "Not at "
              + settings.bootstrapServers()
              + ":\n  "
              + String.join("\n  ", missing)
              + "\n(expected: the topics of an enrichment job, created before; other names are set"
              + " by --config or -D)");
    }
  }

  private boolean exists(KafkaFuture<TopicDescription> answer)
      throws ViewException, InterruptedException {
    try {
      TopicDescription unused = answer.get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = ExceptionUtils.stripExecutionException(e);
      if (cause instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw new ViewException(
          "Kafka at "
              + settings.bootstrapServers()
              + " gives no answer (expected: brokers that run; --bootstrap-servers says where): "
              + cause.getMessage(),
          e);
    }
  }
}
