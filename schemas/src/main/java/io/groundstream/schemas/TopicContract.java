package io.groundstream.schemas;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** The topics, each with the schema of its records. */
public enum TopicContract {
  /** Images with the requests about them. */
  EVENTS("events", ImageEvent.class),
  /** One record for each event. */
  IMAGES("images", GroundedImage.class),
  /** One record for each phrase. */
  PHRASES("phrases", GroundedPhrase.class),
  /** One record for each failed event or request. */
  DEAD_LETTERS("dead-letters", DeadLetter.class);

  private final String id;
  private final Class<? extends SpecificRecord> type;

  TopicContract(String id, Class<? extends SpecificRecord> type) {
    this.id = id;
    this.type = type;
  }

  /** Returns the complete schema for use in any language, with all the types that it names. */
  public Schema schema() {
    return PortableSchemas.of(SpecificData.get().getSchema(type));
  }

  /** Returns the Avro schema's text: indented, with documentation, ending in one newline. */
  public String text() {
    return text(RecordFormat.AVRO);
  }

  /** Returns the schema's text in a format's own language. */
  public String text(RecordFormat format) {
    return format.text(schema());
  }

  /**
   * Returns the schema as jobs register it for a format, or null if the format needs no registry.
   */
  public @Nullable SchemaText registered(RecordFormat format) {
    return format.registered(schema());
  }

  /** Returns the name of the record. */
  public String recordName() {
    return schema().getFullName();
  }

  /** Returns the name that commands and configuration keys use. */
  @Override
  public String toString() {
    return id;
  }
}
