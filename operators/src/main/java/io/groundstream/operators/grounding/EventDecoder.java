package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.AvroObjectCodec;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.EarlierSchemas;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;

/** Reads events from their bytes, waiting for a registry that is away. Thread-safe. */
final class EventDecoder {
  private static final AvroObjectCodec<ImageEvent> OBJECTS = EarlierSchemas.imageEventCodec();

  private final AvroWireDecoder<ImageEvent> decoder;
  private final RegistryRetry retry;

  EventDecoder(AvroWireDecoder.SchemaSource schemas, RegistryRetry retry) {
    this.decoder = new AvroWireDecoder<>(schemas, ImageEvent.class);
    this.retry = retry;
  }

  /**
   * Returns the event in a record.
   *
   * @throws RecordException if the bytes are none
   * @throws RegistryUnavailableException if the registry gave no answer for too long
   */
  ImageEvent decode(EventRecord source)
      throws RecordException, RegistryUnavailableException, InterruptedException {
    if (EventRecord.SINGLE_OBJECT.equals(source.getEncoding())) {
      return OBJECTS.decode(source.getValue());
    }
    RegistryRetry.Question<ImageEvent, RecordException> question =
        () -> decoder.decode(source.getValue());
    return retry.ask(question);
  }
}
