package io.groundstream.operators.output;

import io.groundstream.avro.Origin;
import io.groundstream.schemas.RecordEncoder;
import io.groundstream.schemas.RecordFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Adds the headers of a CloudEvent to records, as the Kafka binding of CloudEvents 1.0 describes
 * for binary mode. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
final class CloudEventEncoder<T extends SpecificRecord> implements RecordEncoder<T> {
  private static final String TYPE_PREFIX = "io.groundstream.";

  /** The kinds of records; CloudEvents of one source differ by their identifiers alone. */
  enum Kind {
    IMAGE("image", "grounded-image"),
    PHRASE("phrase", "grounded-phrase"),
    DEAD_LETTER("dead-letter", "dead-letter");

    private final String id;
    private final String type;

    Kind(String id, String type) {
      this.id = id;
      this.type = TYPE_PREFIX + type;
    }
  }

  private final RecordEncoder<T> encoder;
  private final RecordFormat format;
  private final String source;
  private final Kind kind;
  private final Function<T, Attributes> attributes;

  /**
   * The attributes that differ between records of a topic.
   *
   * @param part distinguishes records of the same event and kind; empty if there is one
   * @param subject the image's identifier; null if unknown
   */
  record Attributes(
      @Nullable Origin origin, String part, @Nullable String subject, @Nullable Instant time) {
    /** Returns an identifier that is the same whenever the record is written again. */
    String id(Kind kind) {
      String event = origin == null ? "" : origin.getName() + ":" + origin.getPosition();
      return kind.id + "/" + (part.isEmpty() ? event : event + "/" + part);
    }
  }

  CloudEventEncoder(
      RecordEncoder<T> encoder,
      RecordFormat format,
      String source,
      Kind kind,
      Function<T, Attributes> attributes) {
    this.encoder = encoder;
    this.format = format;
    this.source = source;
    this.kind = kind;
    this.attributes = attributes;
  }

  @Override
  public byte[] encode(T record) {
    return encoder.encode(record);
  }

  @Override
  public Map<String, byte[]> headers(T record) {
    Attributes own = attributes.apply(record);
    Map<String, byte[]> headers = new LinkedHashMap<>();
    put(headers, "ce_specversion", "1.0");
    put(headers, "ce_id", own.id(kind));
    put(headers, "ce_source", source);
    put(headers, "ce_type", kind.type);
    put(headers, "ce_subject", own.subject());
    put(headers, "ce_time", own.time() == null ? null : own.time().toString());
    put(headers, "content-type", format.mediaType());
    return headers;
  }

  private static void put(Map<String, byte[]> headers, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      headers.put(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
