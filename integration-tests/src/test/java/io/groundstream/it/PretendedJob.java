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

/** Writes what a job writes, as fast as a test wants it and with whatever text it wants. */
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

  /** Where a page finds all this. */
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
   * @param box left, upper, right, lower edge
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Found(String phrase, double... box) {}

  /** Publishes an event with a picture and returns where it came to lie. */
  Origin event(String id, byte @Nullable [] picture, @Nullable String uri) throws Exception {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setEventId(id)
            .setImageBytes(picture == null ? null : ByteBuffer.wrap(picture))
            .setImageUri(uri)
            .build();
    RecordMetadata place = send("events", events.encode(event));
    return new Origin("kafka", place.topic(), place.partition() + ":" + place.offset());
  }

  /** Publishes a picture and what it was answered. */
  Origin enrich(String id, byte[] picture, String caption, Found... found) throws Exception {
    Origin origin = event(id, picture, null);
    enrich(id, origin, Map.of(), caption, found);
    return origin;
  }

  /** Publishes what an event was answered: its phrases first, which nobody promises. */
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

  /** Writes bytes that are none of ours where results are expected. */
  void writeGarbage() throws Exception {
    send("images", new byte[] {1, 2, 3});
  }

  private RecordMetadata send(String topic, byte[] value) throws Exception {
    return producer.send(new ProducerRecord<>(topic(topic), value)).get();
  }

  /** Draws a red field with a blue rectangle on it, 400 by 300. */
  static byte[] picture(String format) throws IOException {
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

  /** Says of a JPEG that it has to be turned by 90 degrees clockwise to stand upright. */
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
