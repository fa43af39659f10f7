package io.groundstream.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON documents of one line in UTF-8, as the contracts' JSON Schemas describe
 * them: every field is there under its name in the contract, in its order; null where it has no
 * value. Bytes are Base64, times are ISO 8601 in UTC. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
public final class JsonRecordEncoder<T extends SpecificRecord> implements RecordEncoder<T> {
  private static final JsonFactory JSON = new JsonFactory();

  private final byte[] prefix;

  /** Creates an encoder of documents alone. */
  public JsonRecordEncoder() {
    this(new byte[0]);
  }

  /**
   * @param prefix what is in front of each document
   */
  JsonRecordEncoder(byte[] prefix) {
    this.prefix = prefix.clone();
  }

  @Override
  public byte[] encode(T record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(prefix);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      write(json, record.getSchema(), record);
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Schema schema, @Nullable Object value)
      throws IOException {
    if (value == null) {
      json.writeNull();
      return;
    }
    Schema type = ContractTypes.present(schema);
    if (value instanceof Instant time) {
      // The contracts' times are whole milliseconds.
      json.writeString(Instant.ofEpochMilli(time.toEpochMilli()).toString());
      return;
    }
    switch (type.getType()) {
      case RECORD -> {
        IndexedRecord record = (IndexedRecord) value;
        json.writeStartObject();
        for (Schema.Field field : type.getFields()) {
          json.writeFieldName(field.name());
          write(json, field.schema(), record.get(field.pos()));
        }
        json.writeEndObject();
      }
      case ARRAY -> {
        json.writeStartArray();
        for (Object element : (List<?>) value) {
          write(json, type.getElementType(), element);
        }
        json.writeEndArray();
      }
      case MAP -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          json.writeFieldName(whole(entry.getKey().toString()));
          write(json, type.getValueType(), entry.getValue());
        }
        json.writeEndObject();
      }
      case STRING -> json.writeString(whole(value.toString()));
      case BYTES -> {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        json.writeBinary(bytes);
      }
      case INT -> json.writeNumber((Integer) value);
      case LONG -> json.writeNumber((Long) value);
      case DOUBLE -> json.writeNumber((Double) value);
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case FLOAT, ENUM, FIXED, UNION, NULL -> throw ContractTypes.unknown(type);
    }
  }

  /** Returns a text that UTF-8 can hold: half a surrogate pair becomes a replacement character. */
  private static String whole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return replaced(text);
        }
        i++;
      }
    }
    return text;
  }

  private static String replaced(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints()
        .forEach(
            point ->
                whole.appendCodePoint(
                    point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                        ? '\uFFFD'
                        : point));
    return whole.toString();
  }
}
