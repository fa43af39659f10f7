package io.groundstream.it;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.view.TopicReaderSettings;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SubjectNames;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes records like those of a job, at any speed and with any text. */
final class PretendedJob implements AutoCloseable {
  private static final int PARTITIONS = 2;

  private final String prefix;
  private final String brokers;
  private final String registryUrl;
  private final SchemaRegistry registry;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AvroWireEncoder<ImageEvent> events;
  private final AvroWireEncoder<GroundedImage> images;
  private final AvroWireEncoder<GroundedPhrase> phrases;
  private final AvroWireEncoder<DeadLetter> deadLetters;

  PretendedJob(String prefix, String brokers, String registryUrl) throws Exception {
    this.prefix = prefix;
    this.brokers = brokers;
    this.registryUrl = registryUrl;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin
          .createTopics(
              Stream.of("events", "images", "phrases", "dead-letters")
                  .map(name -> new NewTopic(topic(name), PARTITIONS, (short) 1))
                  .toList())
          .all()
          .get();
    }
    registry = SchemaRegistry.connect(List.of(registryUrl), Map.of());
    events = encoder("events", ImageEvent.class);
    images = encoder("images", GroundedImage.class);
    phrases = encoder("phrases", GroundedPhrase.class);
    deadLetters = encoder("dead-letters", DeadLetter.class);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers, "max.request.size", 8 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  private <T extends SpecificRecord> AvroWireEncoder<T> encoder(String topic, Class<T> type)
      throws Exception {
    return AvroWireEncoder.open(
        registry, SubjectNames.ofValues(topic(topic)), type, /* register= */ true);
  }

  private String topic(String name) {
    return prefix + "-" + name;
  }

  /** Returns the settings with which a page reads these topics. */
  TopicReaderSettings settings(String allowedRoots) throws Exception {
    Map<String, String> values = new HashMap<>();
    values.put("kafka.bootstrap-servers", brokers);
    values.put("schema-registry.url", registryUrl);
    values.put("kafka.group-id", prefix);
    if (!allowedRoots.isEmpty()) {
      values.put("fetch.allowed-roots", allowedRoots);
    }
    for (String name : List.of("events", "images", "phrases", "dead-letters")) {
      values.put("kafka.topics." + name, topic(name));
    }
    return TopicReaderSettings.parse(values);
  }

  /**
   * A phrase of the caption and its box.
   *
   * @param box the left, upper, right and lower edge
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Found(String phrase, double... box) {}

  /** Publishes an event with an image and returns its origin. */
  Origin event(String id, byte @Nullable [] image, @Nullable String uri) throws Exception {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setEventId(id)
            .setImageBytes(image == null ? null : ByteBuffer.wrap(image))
            .setImageUri(uri)
            .build();
    RecordMetadata place = send("events", events.encode(event));
    return new Origin("kafka", place.topic(), place.partition() + ":" + place.offset());
  }

  /** Publishes an image and its answer. */
  Origin enrich(String id, byte[] image, String caption, Found... found) throws Exception {
    Origin origin = event(id, image, null);
    enrich(id, origin, Map.of(), caption, found);
    return origin;
  }

  /**
   * Publishes the answer to an event: its phrases first, an order that is permitted but not
   * promised.
   */
  void enrich(
      String id, Origin origin, Map<String, String> attributes, String caption, Found... found)
      throws Exception {
    Instant now = Instant.now();
    for (int ordinal = 0; ordinal < found.length; ordinal++) {
      String phrase = found[ordinal].phrase();
      double[] box = found[ordinal].box();
      int start = caption.codePointCount(0, Math.max(0, caption.indexOf(phrase)));
      send(
          "phrases",
          phrases.encode(
              GroundedPhrase.newBuilder()
                  .setImageId(id)
                  .setEventId(id)
                  .setRequestId("r")
                  .setOrdinal(ordinal)
                  .setPhrase(phrase)
                  .setStart(start)
                  .setEnd(start + phrase.codePointCount(0, phrase.length()))
                  .setCaption(caption)
                  .setProcessingTime(now)
                  .setBoxes(
                      List.of(
                          GroundedBox.newBuilder()
                              .setXMin(box[0])
                              .setYMin(box[1])
                              .setXMax(box[2])
                              .setYMax(box[3])
                              .setConfidence(0.5)
                              .build()))
                  .setOrigin(origin)
                  .build()));
    }
    send(
        "images",
        images.encode(
            GroundedImage.newBuilder()
                .setImageId(id)
                .setEventId(id)
                .setWidth(400)
                .setHeight(300)
                .setAttributes(attributes)
                .setModelName("a model")
                .setProcessingTime(now)
                .setOrigin(origin)
                .setRequests(
                    List.of(
                        RequestResult.newBuilder()
                            .setRequestId("r")
                            .setTask("grounded-caption")
                            .setCaption(caption)
                            .setPhraseCount(found.length)
                            .build()))
                .build()));
  }

  void fail(String id, String stage, String code, String message) throws Exception {
    send(
        "dead-letters",
        deadLetters.encode(
            DeadLetter.newBuilder()
                .setImageId(id)
                .setStage(stage)
                .setCode(code)
                .setMessage(message)
                .setProcessingTime(Instant.now())
                .build()));
  }

  /** Writes invalid bytes to the topic of results. */
  void writeGarbage() throws Exception {
    send("images", new byte[] {1, 2, 3});
  }

  private RecordMetadata send(String topic, byte[] value) throws Exception {
    return producer.send(new ProducerRecord<>(topic(topic), value)).get();
  }

  /** Returns an encoded image of 400 by 300 pixels: a blue rectangle on a red field. */
  static byte[] image(String format) throws IOException {
    BufferedImage image = new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(200, 40, 40));
    graphics.fillRect(0, 0, 400, 300);
    graphics.setColor(new Color(40, 40, 200));
    graphics.fillRect(200, 150, 200, 150);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, bytes)) {
      throw new IOException("no writer for " + format);
    }
    return bytes.toByteArray();
  }

  /** Adds Exif data to a JPEG that rotates it by 90 degrees clockwise. */
  static byte[] turned(byte[] jpeg) {
    byte[] exif = {
      (byte) 0xff,
      (byte) 0xe1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      6,
      0,
      0,
      0,
      0,
      0,
      0
    };
    ByteBuffer whole = ByteBuffer.allocate(jpeg.length + exif.length);
    whole.put(jpeg, 0, 2).put(exif).put(jpeg, 2, jpeg.length - 2);
    return whole.array();
  }

  @Override
  public void close() {
    producer.close();
    registry.close();
  }
}
