package io.groundstream.operators.output;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.schemas.AvroPlainEncoder;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.RecordEncoder;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SubjectNames;
import org.apiguardian.api.API;

/** The encoders of the three kinds of records. Thread-safe. */
@API(status = API.Status.INTERNAL)
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
  public static OutputEncoders open(SchemaRegistry registry, KafkaSettings kafka, boolean register)
      throws SchemaRegistrationException, RegistryUnavailableException {
    return new OutputEncoders(
        AvroWireEncoder.open(
            registry, SubjectNames.ofValues(kafka.imagesTopic()), GroundedImage.class, register),
        AvroWireEncoder.open(
            registry, SubjectNames.ofValues(kafka.phrasesTopic()), GroundedPhrase.class, register),
        AvroWireEncoder.open(
            registry, SubjectNames.ofValues(kafka.deadLettersTopic()), DeadLetter.class, register));
  }

  /** Creates encoders for files, which contain the schema, so that no registry is needed. */
  public static OutputEncoders plain() {
    return new OutputEncoders(
        new AvroPlainEncoder<>(GroundedImage.class),
        new AvroPlainEncoder<>(GroundedPhrase.class),
        new AvroPlainEncoder<>(DeadLetter.class));
  }
}
