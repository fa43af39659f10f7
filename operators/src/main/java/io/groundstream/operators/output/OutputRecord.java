package io.groundstream.operators.output;

import io.groundstream.schemas.RecordEncoder;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.BasicArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ObjectArrayTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * A record to write, already in wire format, so that its size is known before it is emitted.
 *
 * <p>It has no timestamp: the producer sets the time of writing. The event's own time is in the
 * value. As the record's timestamp, it would make brokers reject events with a time in the future,
 * so that one bad event would fail the job, and make retention delete the results of old archives.
 *
 * <p>A Flink POJO, with its type information declared. Not thread-safe; not modified after its
 * creation.
 */
@TypeInfo(OutputRecord.Info.class)
public final class OutputRecord {
  /**
   * The maximum overhead of a record in a batch of its own, beyond key, value and headers, in
   * bytes.
   */
  private static final int OVERHEAD_BYTES = 128;

  private static final int HEADER_OVERHEAD_BYTES = 10;

  private OutputTopic topic = OutputTopic.IMAGES;
  private byte @Nullable [] key;
  private byte[] value = new byte[0];
  private String[] headerNames = new String[0];
  private byte[][] headerValues = new byte[0][];
  private @Nullable EventCost cost;
  private boolean tombstone;

  /** Creates an empty record, for Flink. */
  public OutputRecord() {}

  /** Creates a record without headers. */
  public OutputRecord(OutputTopic topic, byte @Nullable [] key, byte[] value) {
    this.topic = topic;
    this.key = key;
    this.value = value;
  }

  /** Creates a record with the bytes and headers of a value. */
  public static <T extends SpecificRecord> OutputRecord of(
      OutputTopic topic, byte @Nullable [] key, RecordEncoder<T> encoder, T value) {
    OutputRecord record = new OutputRecord(topic, key, encoder.encode(value));
    Map<String, byte[]> headers = encoder.headers(value);
    record.setHeaderNames(headers.keySet().toArray(String[]::new));
    record.setHeaderValues(headers.values().toArray(byte[][]::new));
    return record;
  }

  /** Adds a header after the others. */
  public void addHeader(String name, byte[] header) {
    headerNames = Arrays.copyOf(headerNames, headerNames.length + 1);
    headerValues = Arrays.copyOf(headerValues, headerNames.length);
    headerNames[headerNames.length - 1] = name;
    headerValues[headerNames.length - 1] = header;
  }

  /** Creates a record without a value, which voids the records with this key. */
  public static OutputRecord tombstone(OutputTopic topic, byte[] key) {
    OutputRecord record = new OutputRecord(topic, key, new byte[0]);
    record.setTombstone(true);
    return record;
  }

  /** Returns the topic to write it to. */
  public OutputTopic getTopic() {
    return topic;
  }

  public void setTopic(OutputTopic topic) {
    this.topic = topic;
  }

  /** Returns the record's key, or null if it has none. */
  public byte @Nullable [] getKey() {
    return key;
  }

  public void setKey(byte @Nullable [] key) {
    this.key = key;
  }

  /** Returns the record's value in wire format. */
  public byte[] getValue() {
    return value;
  }

  public void setValue(byte[] value) {
    this.value = value;
  }

  /** Returns the names of the headers in their order. */
  public String[] getHeaderNames() {
    return headerNames;
  }

  public void setHeaderNames(String[] headerNames) {
    this.headerNames = headerNames;
  }

  /** Returns the values of the headers in the order of their names. */
  public byte[][] getHeaderValues() {
    return headerValues;
  }

  public void setHeaderValues(byte[][] headerValues) {
    this.headerValues = headerValues;
  }

  /** Returns whether the record is written without a value. */
  public boolean isTombstone() {
    return tombstone;
  }

  public void setTombstone(boolean tombstone) {
    this.tombstone = tombstone;
  }

  /** Returns the cost of the event if this is its last record, otherwise null. */
  public @Nullable EventCost getCost() {
    return cost;
  }

  public void setCost(@Nullable EventCost cost) {
    this.cost = cost;
  }

  /**
   * Returns an upper bound of the uncompressed size that Kafka counts for this record, in bytes.
   */
  public long sizeInBytes() {
    long size = (long) OVERHEAD_BYTES + value.length;
    if (key != null) {
      size += key.length;
    }
    for (int i = 0; i < headerNames.length; i++) {
      size += headerNames[i].getBytes(StandardCharsets.UTF_8).length;
      size += headerValues[i].length + HEADER_OVERHEAD_BYTES;
    }
    return size;
  }

  /** Declares the type information, so that Flink uses no generic serialiser for any field. */
  public static final class Info extends TypeInfoFactory<OutputRecord> {
    @Override
    public TypeInformation<OutputRecord> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("topic", Types.ENUM(OutputTopic.class));
      fields.put("key", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
      fields.put("value", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
      fields.put("headerNames", BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO);
      fields.put(
          "headerValues",
          ObjectArrayTypeInfo.getInfoFor(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
      fields.put("cost", TypeInformation.of(EventCost.class));
      fields.put("tombstone", Types.BOOLEAN);
      return Types.POJO(OutputRecord.class, fields);
    }
  }
}
