package io.groundstream.operators.format;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of one format. Thread-safe.
 *
 * <p>Records may be hostile: any value yields an event, null or one of the declared exceptions, and
 * the memory used is proportional to the size of the record.
 */
public interface EventDecoder {
  /**
   * Returns the event in a record. Decoding the same value, key and headers again, at another
   * offset, returns the same event: that is what a replay does.
   *
   * @param record a record that is no tombstone
   * @return the event; null if the record is valid and asks for nothing, such as the deletion of a
   *     row
   * @throws GroundingException if the record is not an event, with the code of its dead letter
   * @throws RecordException if the bytes are not Avro of a known schema
   * @throws RegistryUnavailableException if the registry gave no answer for too long; the job fails
   */
  @Nullable ImageEvent decode(EventRecord record)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException;

  /**
   * Returns whether a record is a tombstone: it deletes what has its key, and is never decoded. Of
   * the formats here, only CloudEvents have events without a value.
   */
  default boolean isTombstone(EventRecord record) {
    return EventFacts.isTombstone(record);
  }

  /** Returns the names of the fields that may hold the image, for the message of one without. */
  default String imageFields() {
    return "image_bytes and image_uri";
  }

  /** Like {@link #imageFields()}, for the format of a record. */
  default String imageFields(EventRecord record) {
    return imageFields();
  }
}
