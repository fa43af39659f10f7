package io.groundstream.operators.output;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.schemas.AvroPlainEncoder;
import io.groundstream.schemas.ContractEncoders;
import io.groundstream.schemas.RecordEncoder;
import io.groundstream.schemas.RecordFormat;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SubjectNames;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** The encoders of the three kinds of records. Thread-safe. */
public record OutputEncoders(
    RecordEncoder<GroundedImage> images,
    RecordEncoder<GroundedPhrase> phrases,
    RecordEncoder<DeadLetter> deadLetters) {

  /**
   * Creates encoders for topics, registering or looking up their schemas.
   *
   * @throws SchemaRegistrationException if a schema is missing or rejected; the message says what
   *     to do
   */
  public static OutputEncoders open(
      SchemaRegistry registry, KafkaSettings kafka, ResultFormats formats, boolean register)
      throws SchemaRegistrationException, RegistryUnavailableException {
    return new OutputEncoders(
        marked(
            ContractEncoders.open(
                formats.images(),
                registry,
                SubjectNames.ofValues(kafka.imagesTopic()),
                GroundedImage.class,
                register),
            formats.images(),
            formats,
            CloudEventEncoder.Kind.IMAGE,
            image ->
                new CloudEventEncoder.Attributes(
                    image.getOrigin(), "", image.getImageId(), image.getProcessingTime())),
        marked(
            ContractEncoders.open(
                formats.phrases(),
                registry,
                SubjectNames.ofValues(kafka.phrasesTopic()),
                GroundedPhrase.class,
                register),
            formats.phrases(),
            formats,
            CloudEventEncoder.Kind.PHRASE,
            phrase ->
                new CloudEventEncoder.Attributes(
                    phrase.getOrigin(),
                    phrase.getRequestId() + "/" + phrase.getOrdinal(),
                    phrase.getImageId(),
                    phrase.getProcessingTime())),
        deadLetters(registry, kafka, formats, register));
  }

  /** Creates the encoder of dead letters alone, for jobs without other results. */
  public static RecordEncoder<DeadLetter> deadLetters(
      SchemaRegistry registry, KafkaSettings kafka, ResultFormats formats, boolean register)
      throws SchemaRegistrationException, RegistryUnavailableException {
    return marked(
        ContractEncoders.open(
            formats.deadLetters(),
            registry,
            SubjectNames.ofValues(kafka.deadLettersTopic()),
            DeadLetter.class,
            register),
        formats.deadLetters(),
        formats,
        CloudEventEncoder.Kind.DEAD_LETTER,
        letter ->
            new CloudEventEncoder.Attributes(
                letter.getOrigin(),
                letter.getRequestId() == null ? "" : letter.getRequestId(),
                letter.getImageId(),
                letter.getProcessingTime()));
  }

  private static <T extends SpecificRecord> RecordEncoder<T> marked(
      RecordEncoder<T> encoder,
      RecordFormat format,
      ResultFormats formats,
      CloudEventEncoder.Kind kind,
      Function<T, CloudEventEncoder.Attributes> attributes) {
    String source = formats.cloudEventSource();
    return source == null
        ? encoder
        : new CloudEventEncoder<>(encoder, format, source, kind, attributes);
  }

  /** Creates encoders for files, which contain the schema, so that no registry is needed. */
  public static OutputEncoders plain() {
    return new OutputEncoders(
        new AvroPlainEncoder<>(GroundedImage.class),
        new AvroPlainEncoder<>(GroundedPhrase.class),
        new AvroPlainEncoder<>(DeadLetter.class));
  }
}
