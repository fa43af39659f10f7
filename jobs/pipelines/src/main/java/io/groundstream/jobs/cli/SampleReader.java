package io.groundstream.jobs.cli;

import static java.util.Objects.requireNonNull;

import io.groundstream.operators.grounding.EventPreview;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaOptions.StartingOffsets;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.schemas.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;

/**
 * Reads some records of each events topic: those that the job would read next or, where there are
 * none, some of the last ones. For one use.
 *
 * <p>Offsets do not count records: markers of transactions, aborted records and compaction leave
 * gaps. If the last offsets hold too few records, reading begins further back.
 */
final class SampleReader {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Of all topics together. */
  private static final int MOST_SHOWN = 10_000;

  /** How many times further back reading begins if there were too few records. */
  private static final int FARTHER = 8;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaSettings kafka;
  private final int most;
  private final Preview preview;

  private final List<EventPreview> previews = new ArrayList<>();
  private final Map<String, Integer> read = new HashMap<>();
  private final Map<TopicPartition, Long> starts = new HashMap<>();

  /** What is still to be read, after the patience is at its end. */
  private final Set<TopicPartition> open = new HashSet<>();

  /** Returns what a record would become. */
  @FunctionalInterface
  interface Preview {
    EventPreview of(ConsumerRecord<byte[], byte[]> record)
        throws RegistryUnavailableException, InterruptedException;
  }

  /**
   * What was read.
   *
   * @param remarks why a topic has fewer records than were asked for
   */
  record Sample(List<EventPreview> previews, List<String> remarks) {}

  /**
   * @param most the number of records of each topic
   */
  SampleReader(
      KafkaConsumer<byte[], byte[]> consumer, KafkaSettings kafka, int most, Preview preview) {
    this.consumer = consumer;
    this.kafka = kafka;
    this.most = most;
    this.preview = preview;
  }

  Sample read() throws CommandException, RegistryUnavailableException, InterruptedException {
    List<TopicPartition> partitions = partitions();
    consumer.assign(partitions);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> next = next(partitions, first, end);
    // By topic: one without new records shows its last ones beside those of others.
    Set<String> fresh = new HashSet<>();
    for (TopicPartition partition : partitions) {
      if (at(next, partition) < at(end, partition)) {
        fresh.add(partition.topic());
      }
    }
    Map<String, Long> distances = new HashMap<>();
    for (TopicPartition partition : partitions) {
      if (fresh.contains(partition.topic())) {
        seek(partition, at(next, partition));
      } else {
        distances.put(partition.topic(), (long) most);
        seek(partition, Math.max(at(first, partition), at(end, partition) - most));
      }
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    poll(new HashSet<>(partitions), end, deadline);
    while (open.isEmpty() && System.nanoTime() < deadline) {
      Set<TopicPartition> again = further(partitions, first, end, fresh, distances);
      if (again.isEmpty()) {
        break;
      }
      poll(again, end, deadline);
    }
    previews.sort(Comparator.comparing(EventPreview::topic));
    return new Sample(previews, remarks(partitions, fresh));
  }

  private void seek(TopicPartition partition, long offset) {
    consumer.seek(partition, offset);
    starts.put(partition, offset);
  }

  /** Moves topics with too few records further back, and returns what is to be read again. */
  private Set<TopicPartition> further(
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> end,
      Set<String> fresh,
      Map<String, Long> distances) {
    Set<String> topics = new HashSet<>();
    for (TopicPartition partition : partitions) {
      int count = read.getOrDefault(partition.topic(), 0);
      // New records are shown alone, however few; but offsets may be new that hold none.
      if (previews.size() < MOST_SHOWN
          && (fresh.contains(partition.topic()) ? count == 0 : count < most)
          && at(starts, partition) > at(first, partition)) {
        topics.add(partition.topic());
      }
    }
    for (String topic : topics) {
      boolean wasFresh = fresh.remove(topic);
      distances.merge(
          topic, (long) most, (old, one) -> wasFresh ? one : Math.multiplyExact(old, FARTHER));
      read.remove(topic);
      previews.removeIf(one -> one.topic().equals(topic));
    }
    Set<TopicPartition> again = new HashSet<>();
    for (TopicPartition partition : partitions) {
      Long distance = distances.get(partition.topic());
      if (distance != null && topics.contains(partition.topic())) {
        seek(partition, Math.max(at(first, partition), at(end, partition) - distance));
        again.add(partition);
      }
    }
    return again;
  }

  private List<TopicPartition> partitions() throws CommandException {
    List<String> topics = kafka.events().names();
    if (kafka.events().pattern() != null) {
      topics = kafka.events().among(new TreeSet<>(consumer.listTopics().keySet()));
    }
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      List<PartitionInfo> infos = consumer.partitionsFor(topic);
      if (infos == null || infos.isEmpty()) {
        throw new CommandException(
            KafkaOptions.EVENTS_TOPICS.key()
                + ": "
                + topic
                + " is not at "
                + kafka.bootstrapServers());
      }
      infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    return partitions;
  }

  /** Returns the offset of a partition that was asked for. */
  private static long at(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return requireNonNull(offsets.get(partition));
  }

  /** Returns where the job would begin without a checkpoint. */
  private Map<TopicPartition, Long> next(
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> end) {
    Map<TopicPartition, OffsetAndMetadata> committed;
    try {
      committed = consumer.committed(new HashSet<>(partitions));
    } catch (GroupAuthorizationException e) {
      // The topic can be shown without this right; --connect reports that it is missing.
      committed = Map.of();
    }
    Map<TopicPartition, Long> next = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata offset = committed.get(partition);
      long start =
          offset != null
              ? offset.offset()
              : kafka.startingOffsets() == StartingOffsets.LATEST
                  ? at(end, partition)
                  : at(first, partition);
      next.put(partition, Math.max(start, at(first, partition)));
    }
    return next;
  }

  private void poll(Set<TopicPartition> wanted, Map<TopicPartition, Long> end, long deadline)
      throws RegistryUnavailableException, InterruptedException {
    open.clear();
    open.addAll(wanted);
    Set<TopicPartition> others = new HashSet<>(end.keySet());
    others.removeAll(wanted);
    consumer.pause(others);
    consumer.resume(wanted);
    while (!open.isEmpty() && System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (previews.size() < MOST_SHOWN && read.getOrDefault(record.topic(), 0) < most) {
          read.merge(record.topic(), 1, Integer::sum);
          previews.add(preview.of(record));
        }
      }
      boolean full = previews.size() == MOST_SHOWN;
      open.removeIf(
          partition ->
              full
                  || read.getOrDefault(partition.topic(), 0) >= most
                  || consumer.position(partition) >= at(end, partition));
      // What is complete is not fetched any more.
      Set<TopicPartition> complete = new HashSet<>(end.keySet());
      complete.removeAll(open);
      consumer.pause(complete);
    }
  }

  private List<String> remarks(List<TopicPartition> partitions, Set<String> fresh) {
    Set<String> late = new HashSet<>();
    open.forEach(partition -> late.add(partition.topic()));
    Set<String> topics = new TreeSet<>();
    partitions.forEach(partition -> topics.add(partition.topic()));
    List<String> remarks = new ArrayList<>();
    for (String topic : topics) {
      int count = read.getOrDefault(topic, 0);
      if (count < most) {
        remarks.add(
            "%s: %d of %d records: %s"
                .formatted(
                    topic,
                    count,
                    most,
                    late.contains(topic)
                        ? "no more could be read within " + PATIENCE.toSeconds() + " s"
                        : previews.size() == MOST_SHOWN
                            ? "at most " + MOST_SHOWN + " are shown"
                            : fresh.contains(topic)
                                ? "the job has read all others"
                                : "the topic has no more that are committed"));
      }
    }
    return remarks;
  }
}
