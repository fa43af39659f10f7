package io.groundstream.it;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The headers that carry traces from producers to consumers. */
final class Traceparents {
  /** The span of the producer of every event. */
  static final String PRODUCER = "b7ad6b7169203331";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Traceparents() {}

  /** Returns the trace identifier of an event. */
  static String traceId(int event) {
    return "%032x".formatted(0xabc000 + event);
  }

  /** Returns the header of an event to be traced. */
  static String sampled(int event) {
    return "00-" + traceId(event) + "-" + PRODUCER + "-01";
  }

  /** Returns the header of an event not to be traced. */
  static String unsampled(int event) {
    return "00-" + traceId(event) + "-" + PRODUCER + "-00";
  }

  /** Returns the {@code traceparent} headers of all committed records, by the records' keys. */
  static Map<String, List<String>> ofRecords(JobTopics topics, String bootstrapServers)
      throws Exception {
    int expected = topics.images.size() + topics.phrases.size() + topics.deadLetters.size();
    List<TopicPartition> partitions =
        Stream.of(topics.images(), topics.phrases(), topics.deadLetters())
            .flatMap(topic -> Stream.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)))
            .toList();
    Map<String, List<String>> found = new HashMap<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      Eventually.holds(
          PATIENCE,
          expected + " records",
          () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return records.size() >= expected;
          });
      for (ConsumerRecord<String, byte[]> record : records) {
        for (Header header : record.headers().headers("traceparent")) {
          found
              .computeIfAbsent(record.key(), key -> new ArrayList<>())
              .add(new String(header.value(), StandardCharsets.US_ASCII));
        }
      }
    }
    return found;
  }
}
