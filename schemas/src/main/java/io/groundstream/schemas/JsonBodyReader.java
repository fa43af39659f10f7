package io.groundstream.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON documents that {@link JsonRecordEncoder} writes, of this version and of others: an
 * absent member has the contract's default, an unknown one is skipped. The first field, which
 * identifies a record, must be there. Documents are read strictly, with Jackson's own limits of
 * depth (1000) and of the lengths of texts and numbers; what is read takes memory in proportion to
 * the bytes.
 */
final class JsonBodyReader<T extends SpecificRecord> implements BodyReader<T> {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Class<T> type;
  private final Schema contract;
  private final SpecificData data;

  JsonBodyReader(Class<T> type) {
    this.type = type;
    this.contract = SpecificData.get().getSchema(type);
    this.data = SpecificData.getForSchema(contract);
  }

  @Override
  public T read(byte[] bytes, int start) throws RecordException {
    JsonNode document;
    try {
      document = JSON.readTree(bytes, start, bytes.length - start);
    } catch (JsonProcessingException e) {
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "the value is not JSON: " + AvroBodyReader.line(e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "the value is not JSON: " + AvroBodyReader.line(e.getMessage()),
          e);
    }
    String first = contract.getFields().get(0).name();
    if (!document.hasNonNull(first)) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "member " + first + ": absent (expected: a " + contract.getName() + ")");
    }
    return type.cast(record(document, contract, ""));
  }

  private IndexedRecord record(JsonNode object, Schema schema, String path) throws RecordException {
    if (!object.isObject()) {
      throw wrong(path, object, "an object");
    }
    IndexedRecord record = (IndexedRecord) data.newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = object.get(field.name());
      record.put(
          field.pos(),
          value == null
              ? ContractTypes.defaultOf(field, data)
              : value(value, field.schema(), path + "/" + field.name()));
    }
    return record;
  }

  private @Nullable Object value(JsonNode value, Schema schema, String path)
      throws RecordException {
    if (value.isNull()) {
      if (!ContractTypes.isOptional(schema)) {
        throw wrong(path, value, "a value");
      }
      return null;
    }
    Schema present = ContractTypes.present(schema);
    if (ContractTypes.isTime(present)) {
      return time(value, path);
    }
    return switch (present.getType()) {
      case RECORD -> record(value, present, path);
      case ARRAY -> list(value, present, path);
      case MAP -> map(value, present, path);
      case STRING -> {
        check(value.isTextual(), path, value, "text");
        yield value.textValue();
      }
      case BYTES -> bytes(value, path);
      case INT -> {
        check(value.isIntegralNumber() && value.canConvertToInt(), path, value, "an integer");
        yield value.intValue();
      }
      case LONG -> {
        check(value.isIntegralNumber() && value.canConvertToLong(), path, value, "an integer");
        yield value.longValue();
      }
      case DOUBLE -> {
        check(value.isNumber(), path, value, "a number");
        yield value.doubleValue();
      }
      case BOOLEAN -> {
        check(value.isBoolean(), path, value, "true or false");
        yield value.booleanValue();
      }
      case FLOAT, ENUM, FIXED, UNION, NULL -> throw ContractTypes.unknown(present);
    };
  }

  private List<Object> list(JsonNode value, Schema list, String path) throws RecordException {
    check(value.isArray(), path, value, "an array");
    List<Object> elements = new ArrayList<>(value.size());
    for (JsonNode element : value) {
      elements.add(value(element, list.getElementType(), path + "/" + elements.size()));
    }
    return elements;
  }

  private Map<String, Object> map(JsonNode value, Schema map, String path) throws RecordException {
    check(value.isObject(), path, value, "an object");
    Map<String, Object> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      entries.put(
          entry.getKey(), value(entry.getValue(), map.getValueType(), path + "/" + entry.getKey()));
    }
    return entries;
  }

  private static Instant time(JsonNode value, String path) throws RecordException {
    check(value.isTextual(), path, value, "a time in ISO 8601");
    try {
      Instant time = OffsetDateTime.parse(value.textValue()).toInstant();
      return Instant.ofEpochMilli(time.toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong(path, value, "a time in ISO 8601");
    }
  }

  private static ByteBuffer bytes(JsonNode value, String path) throws RecordException {
    check(value.isTextual(), path, value, "text in Base64");
    try {
      return ByteBuffer.wrap(value.binaryValue());
    } catch (IOException e) {
      throw wrong(path, value, "text in Base64");
    }
  }

  private static void check(boolean right, String path, JsonNode value, String expected)
      throws RecordException {
    if (!right) {
      throw wrong(path, value, expected);
    }
  }

  private static RecordException wrong(String path, JsonNode value, String expected) {
    return new RecordException(
        RecordErrorCode.SCHEMA_INCOMPATIBLE,
        (path.isEmpty() ? "the document" : "member " + AvroBodyReader.line(path))
            + ": "
            + AvroBodyReader.line(value.toString())
            + " (expected: "
            + expected
            + ")");
  }
}
