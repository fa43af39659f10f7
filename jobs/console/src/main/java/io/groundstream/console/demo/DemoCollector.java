package io.groundstream.console.demo;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.Origin;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the job's topics as an ordinary consumer, and puts together what belongs to one event. For
 * one thread.
 */
final class DemoCollector implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroWireDecoder<ImageEvent> events;
  private final AvroWireDecoder<GroundedImage> images;
  private final AvroWireDecoder<GroundedPhrase> phrases;
  private final AvroWireDecoder<DeadLetter> deadLetters;

  /** By the event's place in its topic: identifiers come again when an event is sent again. */
  private final Map<Origin, DemoResult> incomplete = new HashMap<>();

  DemoCollector(String bootstrapServers, SchemaRegistry registry) {
    events = new AvroWireDecoder<>(registry, ImageEvent.class);
    images = new AvroWireDecoder<>(registry, GroundedImage.class);
    phrases = new AvroWireDecoder<>(registry, GroundedPhrase.class);
    deadLetters = new AvroWireDecoder<>(registry, DeadLetter.class);
    consumer = KafkaClients.ofCommand(bootstrapServers, Map.of()).consumer("demo", Map.of());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : DemoTopics.ALL) {
      for (int partition = 0; partition < DemoTopics.PARTITIONS; partition++) {
        partitions.add(new TopicPartition(topic, partition));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Waits for records, and returns the results that are complete by now, in their order. */
  List<DemoResult> poll(Duration timeout) throws DemoException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      try {
        add(record);
      } catch (RecordException | RegistryUnavailableException e) {
        throw new DemoException(
            "Cannot read "
                + record.topic()
                + " "
                + record.partition()
                + ":"
                + record.offset()
                + ": "
                + e.getMessage(),
            e);
      }
    }
    List<DemoResult> complete = new ArrayList<>();
    for (Iterator<DemoResult> all = incomplete.values().iterator(); all.hasNext(); ) {
      DemoResult result = all.next();
      if (result.isComplete()) {
        complete.add(result);
        all.remove();
      }
    }
    complete.sort(Comparator.comparing(DemoResult::name));
    return complete;
  }

  private void add(ConsumerRecord<byte[], byte[]> record)
      throws RecordException, RegistryUnavailableException {
    if (record.topic().equals(DemoTopics.EVENTS)) {
      addEvent(record);
    } else if (record.topic().equals(DemoTopics.IMAGES)) {
      GroundedImage image = images.decode(record.value());
      resultOf(image.getOrigin()).add(image);
    } else if (record.topic().equals(DemoTopics.PHRASES)) {
      GroundedPhrase phrase = phrases.decode(record.value());
      resultOf(phrase.getOrigin()).add(phrase);
    } else {
      DeadLetter letter = deadLetters.decode(record.value());
      resultOf(letter.getOrigin()).add(letter);
    }
  }

  private void addEvent(ConsumerRecord<byte[], byte[]> record) throws RegistryUnavailableException {
    DemoResult result =
        resultOf(new Origin("kafka", record.topic(), record.partition() + ":" + record.offset()));
    try {
      result.add(events.decode(record.value()));
    } catch (RecordException e) {
      // Its dead letter says why it is not an event.
    }
  }

  private DemoResult resultOf(Origin origin) {
    return incomplete.computeIfAbsent(origin, ignored -> new DemoResult());
  }

  @Override
  public void close() {
    // It would give up at once if the thread were interrupted, which may be why it is closed.
    boolean interrupted = Thread.interrupted();
    consumer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
