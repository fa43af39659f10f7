package io.groundstream.schemas;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as Protobuf messages of their {@link ProtobufContract}. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
final class ProtobufRecordEncoder<T extends SpecificRecord> implements RecordEncoder<T> {
  private static final long MILLIS_IN_SECOND = 1_000;
  private static final int NANOS_IN_MILLI = 1_000_000;

  private final byte[] prefix;
  private final ProtobufContract contract;

  /**
   * @param prefix what is in front of each message
   */
  ProtobufRecordEncoder(byte[] prefix, Class<T> type) {
    this.prefix = prefix.clone();
    this.contract = ProtobufContract.of(SpecificData.get().getSchema(type));
  }

  @Override
  public byte[] encode(T record) {
    DynamicMessage message = message(contract.descriptor(), contract.schema(), record);
    byte[] bytes = new byte[prefix.length + message.getSerializedSize()];
    System.arraycopy(prefix, 0, bytes, 0, prefix.length);
    CodedOutputStream out =
        CodedOutputStream.newInstance(bytes, prefix.length, bytes.length - prefix.length);
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size does not fail", e);
    }
    return bytes;
  }

  private static DynamicMessage message(Descriptor type, Schema schema, IndexedRecord record) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (Schema.Field field : schema.getFields()) {
      FieldDescriptor target = type.findFieldByNumber(field.pos() + 1);
      Object value = record.get(field.pos());
      Schema present = ContractTypes.present(field.schema());
      if (value == null) {
        continue;
      }
      switch (present.getType()) {
        case ARRAY -> {
          for (Object element : (List<?>) value) {
            message.addRepeatedField(target, value(target, present.getElementType(), element));
          }
        }
        case MAP -> {
          for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            message.addRepeatedField(target, entry(target, present.getValueType(), entry));
          }
        }
        case RECORD, STRING, BYTES, INT, LONG, DOUBLE, BOOLEAN, FLOAT, ENUM, FIXED, UNION, NULL ->
            message.setField(target, value(target, present, value));
      }
    }
    return message.build();
  }

  private static Message entry(FieldDescriptor map, Schema values, Map.Entry<?, ?> entry) {
    Descriptor type = map.getMessageType();
    FieldDescriptor value = type.findFieldByNumber(2);
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByNumber(1), entry.getKey().toString())
        .setField(value, value(value, values, entry.getValue()))
        .build();
  }

  private static Object value(FieldDescriptor target, Schema schema, @Nullable Object value) {
    if (value instanceof Instant time) {
      // The contracts' times are whole milliseconds.
      long millis = time.toEpochMilli();
      return Timestamp.newBuilder()
          .setSeconds(Math.floorDiv(millis, MILLIS_IN_SECOND))
          .setNanos((int) Math.floorMod(millis, MILLIS_IN_SECOND) * NANOS_IN_MILLI)
          .build();
    }
    if (value instanceof IndexedRecord record) {
      return message(target.getMessageType(), schema, record);
    }
    if (value instanceof ByteBuffer bytes) {
      return ByteString.copyFrom(bytes.duplicate());
    }
    if (value instanceof CharSequence text) {
      return text.toString();
    }
    if (value == null) {
      throw new IllegalArgumentException("null in a list or map of " + target.getFullName());
    }
    return value;
  }
}
