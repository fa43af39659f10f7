package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.AvroObjectCodec;
import io.groundstream.schemas.EarlierSchemas;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;

/** Decodes events, in the encodings of topics and of archives. Thread-safe. */
final class EventDecoder {
  private static final AvroObjectCodec<ImageEvent> OBJECTS = EarlierSchemas.imageEventCodec();

  private final PatientDecoder<ImageEvent> decoder;

  EventDecoder(PatientDecoder<ImageEvent> decoder) {
    this.decoder = decoder;
  }

  /**
   * Returns the event in a record.
   *
   * @throws RecordException if the bytes are not an event
   * @throws RegistryUnavailableException if the registry gave no answer for too long
   */
  ImageEvent decode(EventRecord source)
      throws RecordException, RegistryUnavailableException, InterruptedException {
    return EventRecord.SINGLE_OBJECT.equals(source.getEncoding())
        ? OBJECTS.decode(source.getValue())
        : decoder.decode(source);
  }
}
