package io.groundstream.jobs.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.ImageRequest;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.event.EventSources;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.operators.format.RequestsJson;
import io.groundstream.operators.grounding.EventPreview;
import io.groundstream.operators.grounding.RegistryContext;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaOptions.StartingOffsets;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.jspecify.annotations.Nullable;

/** Reads some records of a job's events topic, and shows what they would become. */
final class EventSample {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Records may be large: no more are in memory at a time beside what the client fetches. */
  private static final int MOST_HELD = 20;

  /** Of all topics together. */
  private static final int MOST_SHOWN = 10_000;

  private static final int LONGEST_CELL = 60;
  private static final int LONGEST_PROBLEM = 300;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private EventSample() {}

  /**
   * Reads the records that the job would read next; for a topic without any, its last ones. Commits
   * nothing.
   *
   * @param most the number of records of each topic
   */
  static List<EventPreview> read(EnrichmentSettings settings, int most)
      throws CommandException, InterruptedException {
    KafkaSettings kafka = settings.kafka();
    Map<String, String> fixed =
        Map.of(
            "group.id", kafka.groupId(),
            "enable.auto.commit", "false",
            // To look must not make the topic.
            "allow.auto.create.topics", "false",
            "max.poll.records", Integer.toString(Math.min(most, MOST_HELD)),
            "default.api.timeout.ms", Long.toString(PATIENCE.toMillis()));
    try (SchemaRegistry registry =
            SchemaRegistry.connect(settings.registry().urls(), settings.registry().properties());
        KafkaConsumer<byte[], byte[]> consumer = KafkaClients.of(kafka).consumer("sample", fixed)) {
      EventDecoder decoder = decoder(settings, registry);
      Map<TopicPartition, Long> end = seek(consumer, kafka, most);
      return poll(
          consumer,
          end,
          most,
          record -> EventPreview.of(EventSources.record(record), decoder, settings.grounding()));
    } catch (KafkaException e) {
      throw new CommandException("Cannot read " + kafka.events() + ": " + FailureReasons.of(e), e);
    } catch (RegistryUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static EventDecoder decoder(EnrichmentSettings settings, SchemaRegistry registry) {
    return settings
        .events()
        .open(RegistryContext.impatient(registry, settings.registry().ignoreRecordNames()));
  }

  /** Returns what a record would become. */
  @FunctionalInterface
  private interface Preview {
    EventPreview of(ConsumerRecord<byte[], byte[]> record)
        throws RegistryUnavailableException, InterruptedException;
  }

  /** Sets the consumer to where it begins, and returns the ends of the partitions. */
  private static Map<TopicPartition, Long> seek(
      KafkaConsumer<byte[], byte[]> consumer, KafkaSettings kafka, int most)
      throws CommandException {
    List<TopicPartition> partitions = partitions(consumer, kafka);
    consumer.assign(partitions);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> next = next(consumer, kafka, partitions, first, end);
    // By topic: one without new records shows its last ones beside those of others.
    Set<String> fresh = new HashSet<>();
    for (TopicPartition partition : partitions) {
      if (at(next, partition) < at(end, partition)) {
        fresh.add(partition.topic());
      }
    }
    for (TopicPartition partition : partitions) {
      long last = Math.max(at(first, partition), at(end, partition) - most);
      consumer.seek(partition, fresh.contains(partition.topic()) ? at(next, partition) : last);
    }
    return end;
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, KafkaSettings kafka) throws CommandException {
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
  private static Map<TopicPartition, Long> next(
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaSettings kafka,
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

  private static List<EventPreview> poll(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> end,
      int most,
      Preview preview)
      throws RegistryUnavailableException, InterruptedException {
    List<EventPreview> previews = new ArrayList<>();
    Map<String, Integer> read = new HashMap<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Set<TopicPartition> open = new HashSet<>(end.keySet());
    while (!open.isEmpty() && System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (previews.size() < MOST_SHOWN && read.merge(record.topic(), 1, Integer::sum) <= most) {
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
    previews.sort(Comparator.comparing(EventPreview::topic));
    return previews;
  }

  /** Prints previews as a table for people, or as a JSON object a line. */
  static void print(List<EventPreview> previews, boolean json, PrintStream out) {
    if (json) {
      previews.forEach(preview -> out.println(json(preview)));
      return;
    }
    if (previews.isEmpty()) {
      out.println("There are no records.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RECORD", "EVENT", "IMAGE ID", "IMAGE", "ATTRIBUTES", "ASKED"));
    for (EventPreview preview : previews) {
      rows.add(
          List.of(
              preview.position(),
              cell(preview.eventId()),
              cell(preview.imageId()),
              cell(preview.image()),
              cell(
                  preview.attributes().entrySet().stream()
                      .sorted(Map.Entry.comparingByKey())
                      .map(entry -> entry.getKey() + "=" + entry.getValue())
                      .collect(Collectors.joining(" "))),
              preview.skipped()
                  ? "nothing: the record is skipped"
                  : cell(
                      preview.requests().stream()
                          .map(EventSample::request)
                          .collect(Collectors.joining("; ")))));
    }
    TextTable.print(rows, out);
    for (EventPreview preview : previews) {
      for (Failure problem : preview.problems()) {
        out.println(
            preview.position()
                + " would be a dead letter: "
                + problem.code()
                + ": "
                + TextTable.brief(problem.message(), LONGEST_PROBLEM));
      }
    }
  }

  private static String cell(@Nullable String text) {
    return text == null || text.isEmpty() ? "-" : TextTable.brief(text, LONGEST_CELL);
  }

  private static String request(ImageRequest request) {
    return request.getTask()
        + (request.getText() == null ? "" : ": " + request.getText())
        + (request.getParts().isEmpty() ? "" : " of " + request.getParts().size() + " parts")
        + (request.getBoxes().isEmpty() ? "" : " with " + request.getBoxes().size() + " boxes")
        + (request.getCandidates().isEmpty()
            ? ""
            : " among " + String.join(" | ", request.getCandidates()));
  }

  private static ObjectNode json(EventPreview preview) {
    ObjectNode object = JSON.objectNode();
    object.put("position", preview.position());
    object.put("skipped", preview.skipped());
    object.put("event_id", preview.eventId());
    object.put("image_id", preview.imageId());
    object.put("image", preview.image());
    object.put("event_time", preview.eventTime() == null ? null : preview.eventTime().toString());
    ObjectNode attributes = object.putObject("attributes");
    preview.attributes().forEach(attributes::put);
    object.set("requests", RequestsJson.list(preview.requests()));
    ArrayNode problems = object.putArray("problems");
    for (Failure problem : preview.problems()) {
      problems
          .addObject()
          .put("stage", problem.stage().id())
          .put("code", problem.code())
          .put("message", problem.message());
    }
    return object;
  }
}
