package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.schemas.AvroObjectCodec;
import io.groundstream.schemas.EarlierSchemas;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import org.jspecify.annotations.Nullable;

/** Decodes the records of archives itself, and those of topics by their format. Thread-safe. */
final class RecordDecoder implements EventDecoder {
  private static final AvroObjectCodec<ImageEvent> OBJECTS = EarlierSchemas.imageEventCodec();

  private final EventDecoder topics;

  /**
   * @param topics decodes the records of topics
   */
  RecordDecoder(EventDecoder topics) {
    this.topics = topics;
  }

  @Override
  public @Nullable ImageEvent decode(EventRecord source)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException {
    return EventRecord.SINGLE_OBJECT.equals(source.getEncoding())
        ? OBJECTS.decode(source.getValue())
        : topics.decode(source);
  }

  @Override
  public boolean isTombstone(EventRecord source) {
    return topics.isTombstone(source);
  }

  @Override
  public String imageFields() {
    return topics.imageFields();
  }

  @Override
  public String imageFields(EventRecord source) {
    return topics.imageFields(source);
  }
}
