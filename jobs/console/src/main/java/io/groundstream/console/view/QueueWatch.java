package io.groundstream.console.view;

import io.groundstream.operators.kafka.EventTopics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how many events wait for the job: those in the events topic after the offsets that the
 * job's group has committed. It always asks Kafka, so it also notices when Kafka does not answer.
 */
final class QueueWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueWatch.class);
  private static final long EVERY_MILLIS = 2_000;
  private static final long PATIENCE_MILLIS = 6_000;

  private final KafkaAccess kafka;
  private final Health health;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "view-queue");
  private volatile Queue latest = new Queue(null, false);

  /**
   * The events that wait.
   *
   * @param waiting their number; null while it is not known
   * @param committed whether the job's group has committed anything
   */
  record Queue(@Nullable Long waiting, boolean committed) {}

  QueueWatch(KafkaAccess kafka, Health health) {
    this.kafka = kafka;
    this.health = health;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  Queue latest() {
    return latest;
  }

  private void run() {
    try (Admin admin = kafka.admin()) {
      do {
        look(admin);
      } while (!closing.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException e) {
      LOG.warn("The queue is not watched any more", e);
    }
  }

  private void look(Admin admin) throws InterruptedException {
    try {
      latest = measure(admin);
      health.set(Health.Part.KAFKA, null);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      Throwable cause = ExceptionUtils.stripExecutionException(e);
      LOG.debug("The queue cannot be measured", e);
      latest = new Queue(null, latest.committed());
      if (isAway(cause)) {
        health.set(
            Health.Part.KAFKA,
            "Kafka at " + kafka.settings().bootstrapServers() + " gives no answer.");
      } else {
        // It does answer: perhaps groups must not be described, or the topic is gone.
        health.set(Health.Part.KAFKA, "The queue is unknown: " + cause.getMessage());
      }
    }
  }

  private static boolean isAway(@Nullable Throwable cause) {
    return cause instanceof TimeoutException
        || cause instanceof org.apache.kafka.common.errors.TimeoutException
        || cause instanceof org.apache.kafka.common.errors.DisconnectException;
  }

  private Queue measure(Admin admin)
      throws InterruptedException, ExecutionException, TimeoutException {
    EventTopics events = kafka.settings().events();
    List<String> topics =
        events.pattern() == null ? events.names() : events.among(get(admin.listTopics().names()));
    Map<TopicPartition, OffsetSpec> first = new HashMap<>();
    Map<TopicPartition, OffsetSpec> last = new HashMap<>();
    for (TopicDescription topic : get(admin.describeTopics(topics).allTopicNames()).values()) {
      for (TopicPartitionInfo info : topic.partitions()) {
        TopicPartition partition = new TopicPartition(topic.name(), info.partition());
        first.put(partition, OffsetSpec.earliest());
        last.put(partition, OffsetSpec.latest());
      }
    }
    String group = kafka.settings().groupId();
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    Map<TopicPartition, ListOffsetsResultInfo> begins = get(admin.listOffsets(first).all());
    Map<TopicPartition, ListOffsetsResultInfo> ends = get(admin.listOffsets(last).all());
    long waiting = 0;
    boolean any = false;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends.entrySet()) {
      OffsetAndMetadata done = committed.get(end.getKey());
      ListOffsetsResultInfo begin = begins.get(end.getKey());
      any |= done != null;
      long from = begin == null ? 0 : begin.offset();
      if (done != null) {
        // Events that were deleted before they were processed never will be.
        from = Math.max(from, done.offset());
      }
      waiting += Math.max(0, end.getValue().offset() - from);
    }
    return new Queue(waiting, any);
  }

  private static <T> T get(KafkaFuture<T> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    return answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    Threads.join(thread);
  }
}
