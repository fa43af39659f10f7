package io.groundstream.schemas;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages that {@link ProtobufRecordEncoder} writes, of this version and of others: a
 * field keeps its number, so the contract's own message serves for all of them; an absent field has
 * the contract's default, an unknown one is skipped.
 */
final class ProtobufBodyReader<T extends SpecificRecord> implements BodyReader<T> {
  private final Class<T> type;
  private final ProtobufContract contract;
  private final SpecificData data;

  private ProtobufBodyReader(Class<T> type) {
    this.type = type;
    this.contract = ProtobufContract.of(SpecificData.get().getSchema(type));
    this.data = SpecificData.getForSchema(contract.schema());
  }

  /**
   * Creates a reader.
   *
   * @param name the schema's identifier, for messages
   * @param file the text of the {@code .proto} file of the writer
   * @throws RecordException SCHEMA_INCOMPATIBLE if that is not one of the contract's
   */
  static <T extends SpecificRecord> ProtobufBodyReader<T> of(
      String name, String file, Class<T> type) throws RecordException {
    ProtobufBodyReader<T> reader = new ProtobufBodyReader<>(type);
    String message = reader.contract.schema().getName();
    if (!contains(file, "package\\s+" + Pattern.quote(ProtobufContract.PACKAGE) + "\\s*;")
        || !contains(file, "message\\s+" + message + "\\s*\\{")) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "schema " + name + " has no message " + ProtobufContract.PACKAGE + "." + message);
    }
    return reader;
  }

  private static boolean contains(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).find();
  }

  @Override
  public T read(byte[] bytes, int start) throws RecordException {
    MessageIndexes indexes = MessageIndexes.read(bytes, start);
    if (!indexes.path().equals(List.of(0))) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "message indexes: " + indexes.path() + " (expected: [0], the record's own message)");
    }
    ByteString message =
        ByteString.copyFrom(bytes, indexes.start(), bytes.length - indexes.start());
    try {
      return type.cast(
          record(DynamicMessage.parseFrom(contract.descriptor(), message), contract.schema()));
    } catch (InvalidProtocolBufferException | DateTimeException | ArithmeticException e) {
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "the bytes are not a Protobuf message: " + AvroBodyReader.line(e.getMessage()),
          e);
    }
  }

  private IndexedRecord record(Message message, Schema schema) {
    IndexedRecord record = (IndexedRecord) data.newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      FieldDescriptor source = message.getDescriptorForType().findFieldByNumber(field.pos() + 1);
      record.put(field.pos(), field(message, source, field));
    }
    return record;
  }

  private @Nullable Object field(Message message, FieldDescriptor source, Schema.Field field) {
    Schema present = ContractTypes.present(field.schema());
    if (source.isMapField()) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (Object element : (List<?>) message.getField(source)) {
        Message entry = (Message) element;
        FieldDescriptor key = entry.getDescriptorForType().findFieldByNumber(1);
        FieldDescriptor value = entry.getDescriptorForType().findFieldByNumber(2);
        map.put((String) entry.getField(key), value(entry.getField(value), present.getValueType()));
      }
      return map;
    }
    if (source.isRepeated()) {
      List<Object> list = new ArrayList<>();
      for (Object element : (List<?>) message.getField(source)) {
        list.add(value(element, present.getElementType()));
      }
      return list;
    }
    if (source.hasPresence() && !message.hasField(source)) {
      return ContractTypes.isOptional(field.schema()) ? null : ContractTypes.defaultOf(field, data);
    }
    return value(message.getField(source), present);
  }

  private Object value(Object value, Schema schema) {
    if (ContractTypes.isTime(schema)) {
      Message time = (Message) value;
      Instant instant =
          Instant.ofEpochSecond(
              (Long) time.getField(time.getDescriptorForType().findFieldByNumber(1)),
              (Integer) time.getField(time.getDescriptorForType().findFieldByNumber(2)));
      return Instant.ofEpochMilli(instant.toEpochMilli());
    }
    if (value instanceof Message message) {
      return record(message, schema);
    }
    if (value instanceof ByteString bytes) {
      return ByteBuffer.wrap(bytes.toByteArray());
    }
    return value;
  }
}
