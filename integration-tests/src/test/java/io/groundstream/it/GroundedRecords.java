package io.groundstream.it;

import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
import io.groundstream.operators.output.Tombstones;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.Ids;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SubjectNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes records like those of enrichment jobs, without such a job. Not thread-safe. */
final class GroundedRecords implements AutoCloseable {
  /** The request of every image. */
  static final String REQUEST = "caption";

  private final String imagesTopic;
  private final String phrasesTopic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final SchemaRegistry registry;
  private final AvroWireEncoder<GroundedImage> images;
  private final AvroWireEncoder<GroundedPhrase> phrases;
  private boolean onlyGarbage;

  GroundedRecords(JobTopics topics, String brokers, String registryUrl) throws Exception {
    imagesTopic = topics.images();
    phrasesTopic = topics.phrases();
    registry = SchemaRegistry.connect(List.of(registryUrl), Map.of());
    images =
        AvroWireEncoder.open(
            registry, SubjectNames.ofValues(imagesTopic), GroundedImage.class, true);
    phrases =
        AvroWireEncoder.open(
            registry, SubjectNames.ofValues(phrasesTopic), GroundedPhrase.class, true);
    producer =
        new KafkaProducer<>(
            // One at a time, because the first request to a new topic may have to be repeated.
            Map.of("bootstrap.servers", brokers, "max.in.flight.requests.per.connection", 1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * Publishes the record of an image with a row of things from left to right.
   *
   * @param time the processing time, in milliseconds
   */
  void image(String imageId, long time, String request, int things) {
    image(imageId, time, request, things, "a row of things");
  }

  void image(String imageId, long time, String request, int things, String caption) {
    GroundedImage image =
        GroundedImage.newBuilder()
            .setImageId(imageId)
            .setEventId("event-" + time)
            .setWidth(640)
            .setHeight(480)
            .setAttributes(Map.of("camera", "north gate"))
            .setModelName("model")
            .setModelRevision("revision-" + time)
            .setModelDtype("float32")
            .setProcessingTime(Instant.ofEpochMilli(time))
            .setOrigin(new Origin("kafka", "events", "0:" + time))
            .setRequests(
                List.of(
                    RequestResult.newBuilder()
                        .setRequestId(request)
                        .setTask("grounded-caption")
                        .setCaption(caption)
                        .setAnswer(caption)
                        .setFinishReason("end")
                        .setPhraseCount(things)
                        .build()))
            .build();
    send(imagesTopic, imageId, images.encode(image));
  }

  /** Publishes one phrase of an image, with one box. */
  void phrase(String imageId, long time, String request, int ordinal) {
    phrase(imageId, time, request, ordinal, ordinal / 10.0);
  }

  /** Like the other method, with any position of the left edge. */
  void phrase(String imageId, long time, String request, int ordinal, double left) {
    GroundedPhrase phrase =
        GroundedPhrase.newBuilder()
            .setPhraseId(Ids.phraseId(imageId, request, ordinal))
            .setImageId(imageId)
            .setEventId("event-" + time)
            .setRequestId(request)
            .setTask("grounded-caption")
            .setOrdinal(ordinal)
            .setPhrase("The thing " + ordinal + " of " + time)
            .setProcessingTime(Instant.ofEpochMilli(time))
            .setBoxes(
                List.of(
                    GroundedBox.newBuilder()
                        .setXMin(left)
                        .setYMin(0.25)
                        .setXMax(left + 0.0625)
                        .setYMax(0.75)
                        .setConfidence(0.875)
                        .build()))
            .build();
    send(phrasesTopic, imageId, phrases.encode(phrase));
  }

  /** Publishes an image with all its phrases. */
  void whole(String imageId, long time, String request, int things) {
    for (int ordinal = 0; ordinal < things; ordinal++) {
      phrase(imageId, time, request, ordinal);
    }
    image(imageId, time, request, things);
  }

  /** Publishes a tombstone to both topics, as the enrichment job does. */
  void tombstone(String imageId, long time) {
    for (String topic : List.of(phrasesTopic, imagesTopic)) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, imageId.getBytes(StandardCharsets.UTF_8), null);
      record
          .headers()
          .add(Tombstones.TIME_HEADER, Long.toString(time).getBytes(StandardCharsets.US_ASCII));
      var unused = producer.send(record);
    }
  }

  void garbage() {
    send(imagesTopic, "garbage", new byte[] {7, 7});
  }

  /** Sets whether invalid bytes are sent in place of every record. */
  void onlyGarbage(boolean garbage) {
    onlyGarbage = garbage;
  }

  void flush() {
    producer.flush();
  }

  private void send(String topic, String key, byte[] value) {
    byte[] sent = onlyGarbage ? new byte[] {7, 7} : value;
    var unused =
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), sent));
  }

  @Override
  public void close() {
    producer.close();
    registry.close();
  }
}
