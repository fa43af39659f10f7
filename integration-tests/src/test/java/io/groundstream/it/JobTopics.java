package io.groundstream.it;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.RequestResult;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.ContractDecoder;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SubjectNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The four topics of one job, with names of their own: publishes events, and reads committed
 * records as any consumer would. Not thread-safe.
 */
final class JobTopics implements AutoCloseable {
  private static final int PARTITIONS = 2;

  private final String prefix;
  private final SchemaRegistry registry;
  private final AvroWireEncoder<ImageEvent> encoder;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ContractDecoder<GroundedImage> imageDecoder;
  private final ContractDecoder<GroundedPhrase> phraseDecoder;
  private final ContractDecoder<DeadLetter> deadLetterDecoder;

  private final Map<SchemaText, Integer> registered = new HashMap<>();

  /** Set by the producer's thread. */
  private volatile @Nullable Exception sendFailure;

  final List<GroundedImage> images = new ArrayList<>();
  final List<GroundedPhrase> phrases = new ArrayList<>();
  final List<DeadLetter> deadLetters = new ArrayList<>();

  /** Topic and key of each record without a value. */
  final List<String> tombstones = new ArrayList<>();

  /** By topic and key, whether the last one is a record or a tombstone. */
  final Map<String, String> lastOfKey = new HashMap<>();

  private JobTopics(String prefix, String bootstrapServers, SchemaRegistry registry)
      throws Exception {
    this.prefix = prefix;
    this.registry = registry;
    this.encoder =
        AvroWireEncoder.open(
            registry, SubjectNames.ofValues(events()), ImageEvent.class, /* register= */ true);
    this.imageDecoder = new ContractDecoder<>(registry, GroundedImage.class);
    this.phraseDecoder = new ContractDecoder<>(registry, GroundedPhrase.class);
    this.deadLetterDecoder = new ContractDecoder<>(registry, DeadLetter.class);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "max.request.size",
                32 << 20,
                "buffer.memory",
                64 << 20,
                // The first request to a new topic may have to be repeated. Requests behind it
                // would be accepted first, after which the repeated one could only time out.
                "max.in.flight.requests.per.connection",
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Stream.of(images(), phrases(), deadLetters())
            .flatMap(topic -> Stream.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  static JobTopics create(String prefix, String bootstrapServers, String registryUrl)
      throws Exception {
    return create(prefix, bootstrapServers, registryUrl, /* replicas= */ 1);
  }

  static JobTopics create(String prefix, String bootstrapServers, String registryUrl, int replicas)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(
              Stream.of("-events", "-images", "-phrases", "-dead-letters")
                  .map(name -> new NewTopic(prefix + name, PARTITIONS, (short) replicas))
                  .toList())
          .all()
          .get();
    }
    return new JobTopics(
        prefix, bootstrapServers, SchemaRegistry.connect(List.of(registryUrl), Map.of()));
  }

  String events() {
    return prefix + "-events";
  }

  String images() {
    return prefix + "-images";
  }

  String phrases() {
    return prefix + "-phrases";
  }

  String deadLetters() {
    return prefix + "-dead-letters";
  }

  /** Returns the partitions of the topic of image records. */
  List<TopicPartition> imagePartitions() {
    return List.of(new TopicPartition(images(), 0), new TopicPartition(images(), 1));
  }

  /** Returns the configuration keys that name these topics. */
  Map<String, String> configuration() {
    Map<String, String> values = new TreeMap<>();
    values.put("kafka.topics.events", events());
    values.put("kafka.topics.images", images());
    values.put("kafka.topics.phrases", phrases());
    values.put("kafka.topics.dead-letters", deadLetters());
    values.put("kafka.group-id", prefix);
    values.put("kafka.transactional-id-prefix", prefix);
    return values;
  }

  /** Registers a schema under a subject of its own, and returns its identifier. */
  int register(SchemaText schema) {
    return registered.computeIfAbsent(
        schema,
        any -> {
          try {
            return registry.register(prefix + "-" + schema.type(), schema, "a schema");
          } catch (SchemaRegistrationException | RegistryUnavailableException e) {
            throw new AssertionError(e);
          }
        });
  }

  byte[] encode(ImageEvent event) {
    return encoder.encode(event);
  }

  void publish(ImageEvent event) {
    publish(event.getEventId(), encode(event));
  }

  void publish(@Nullable String key, byte @Nullable [] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    var unused = producer.send(new ProducerRecord<>(events(), keyBytes, value), this::sent);
  }

  /** Publishes a record to another topic. */
  void publishTo(String topic, @Nullable String key, byte[] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    var unused = producer.send(new ProducerRecord<>(topic, keyBytes, value), this::sent);
  }

  /**
   * Publishes a record with headers.
   *
   * @param more further names, each with its value
   */
  void publish(String key, byte[] value, String headerName, String headerValue, String... more) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(events(), key.getBytes(StandardCharsets.UTF_8), value);
    record.headers().add(headerName, headerValue.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < more.length; i += 2) {
      record.headers().add(more[i], more[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    var unused = producer.send(record, this::sent);
  }

  private void sent(@Nullable RecordMetadata place, @Nullable Exception failure) {
    if (failure != null) {
      sendFailure = failure;
    }
  }

  /** Reads until the condition holds; fails with the records so far if it does not hold in time. */
  void readUntil(Duration patience, BooleanSupplier condition) throws Exception {
    producer.flush();
    if (sendFailure != null) {
      throw new AssertionError("Events did not reach the topic", sendFailure);
    }
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "After %s there are %d images, %d phrases and %d dead letters: %s"
                .formatted(
                    patience,
                    images.size(),
                    phrases.size(),
                    deadLetters.size(),
                    deadLetters.stream().map(letter -> letter.getCode()).toList()));
      }
      poll();
    }
  }

  /**
   * Returns whether all phrases of the images have been read. A transaction's records become
   * visible partition by partition, so phrases may arrive after their image.
   */
  boolean imagesAreWhole() {
    return phrases.size() >= images.stream().mapToInt(JobTopics::phraseCount).sum();
  }

  /** Returns the number of phrases of an image. */
  static int phraseCount(GroundedImage image) {
    return image.getRequests().stream().mapToInt(RequestResult::getPhraseCount).sum();
  }

  /** Reads only dead letters from now on, because the other topics may contain invalid records. */
  void readDeadLettersOnly() {
    List<TopicPartition> partitions =
        List.of(new TopicPartition(deadLetters(), 0), new TopicPartition(deadLetters(), 1));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads for a short time, to find unexpected records. */
  void readWhatElseComes() throws Exception {
    for (int i = 0; i < 10; i++) {
      poll();
    }
  }

  /** Reads the available records. */
  void read() throws Exception {
    poll(Duration.ZERO);
  }

  private void poll() throws Exception {
    poll(Duration.ofMillis(200));
  }

  private void poll(Duration wait) throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      String place =
          record.topic()
              + " "
              + (record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
      lastOfKey.put(place, record.value() == null ? "tombstone" : "record");
      if (record.value() == null) {
        tombstones.add(place);
      } else if (record.topic().equals(images())) {
        images.add(checkKey(record, imageDecoder.decode(record.value())));
      } else if (record.topic().equals(phrases())) {
        phrases.add(checkKey(record, phraseDecoder.decode(record.value())));
      } else {
        deadLetters.add(deadLetterDecoder.decode(record.value()));
      }
    }
  }

  private static <T extends SpecificRecord> T checkKey(
      ConsumerRecord<byte[], byte[]> record, T value) {
    String imageId =
        value instanceof GroundedImage image
            ? image.getImageId()
            : ((GroundedPhrase) value).getImageId();
    if (!imageId.equals(new String(record.key(), StandardCharsets.UTF_8))) {
      throw new AssertionError("The key of a record is not its image's id: " + value);
    }
    return value;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
    registry.close();
  }
}
