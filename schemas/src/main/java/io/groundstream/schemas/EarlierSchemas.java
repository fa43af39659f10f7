package io.groundstream.schemas;

import io.groundstream.avro.ImageEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The schemas of earlier releases whose records a job's state may still hold. Each is a resource,
 * so that restoring a savepoint needs no registry.
 */
public final class EarlierSchemas {
  private static final List<Schema> IMAGE_EVENTS = List.of(read("earlier/ImageEvent-1.avsc"));

  private EarlierSchemas() {}

  /** Returns a codec for events in a job's state, written by any release. */
  public static AvroObjectCodec<ImageEvent> imageEventCodec() {
    return new AvroObjectCodec<>(ImageEvent.class, IMAGE_EVENTS);
  }

  private static Schema read(String name) {
    try (InputStream in = EarlierSchemas.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + name);
      }
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
