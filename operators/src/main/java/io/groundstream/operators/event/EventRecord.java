package io.groundstream.operators.event;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.BasicArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ObjectArrayTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * An undecoded event: the bytes and coordinates of a record of the events topic or of an entry of
 * an archive.
 *
 * <p>The grounding operator receives this record, not a decoded event, and keeps it in its state.
 * So a checkpoint holds the original bytes: a dead letter can repeat them exactly, a savepoint can
 * be restored regardless of later schema changes, and an unavailable registry delays the operator,
 * which can wait for it, instead of the source.
 *
 * <p>A Flink POJO, with its type information declared; a later version may add fields. Not
 * thread-safe; not modified after the source has created it.
 */
@TypeInfo(EventRecord.Info.class)
public final class EventRecord {
  /** The timestamp of a record without one. */
  public static final long NO_TIMESTAMP = -1;

  /** The encoding of values in Avro's single-object encoding; see {@link #getEncoding}. */
  public static final String SINGLE_OBJECT = "single-object";

  private byte @Nullable [] key;
  private byte @Nullable [] value;
  private String[] headerNames = new String[0];
  private byte[] @Nullable [] headerValues = new byte[0][];
  private String topic = "";
  private int partition;
  private long offset;
  private long timestamp = NO_TIMESTAMP;
  private @Nullable String encoding;
  private @Nullable String originSystem;
  private @Nullable String originName;
  private @Nullable String originPosition;
  private @Nullable String failureCode;
  private @Nullable String failureMessage;
  private long sourceBytes;
  private @Nullable EventNotes notes;
  private @Nullable String sourceUri;

  /** Creates an empty record, for Flink. */
  public EventRecord() {}

  /** Returns the record's key, or null if it has none. */
  public byte @Nullable [] getKey() {
    return key;
  }

  public void setKey(byte @Nullable [] key) {
    this.key = key;
  }

  /** Returns the record's value, or null if it has none. */
  public byte @Nullable [] getValue() {
    return value;
  }

  public void setValue(byte @Nullable [] value) {
    this.value = value;
  }

  /** Returns the names of the headers in their order; names may repeat. */
  public String[] getHeaderNames() {
    return headerNames;
  }

  public void setHeaderNames(String[] headerNames) {
    this.headerNames = headerNames;
  }

  /**
   * Returns the values of the headers in the order of their names; null for a header without a
   * value.
   */
  public byte[] @Nullable [] getHeaderValues() {
    return headerValues;
  }

  public void setHeaderValues(byte[] @Nullable [] headerValues) {
    this.headerValues = headerValues;
  }

  /** Returns the topic of the record. */
  public String getTopic() {
    return topic;
  }

  public void setTopic(String topic) {
    this.topic = topic;
  }

  /** Returns the partition of the record. */
  public int getPartition() {
    return partition;
  }

  public void setPartition(int partition) {
    this.partition = partition;
  }

  /** Returns the offset of the record in its partition. */
  public long getOffset() {
    return offset;
  }

  public void setOffset(long offset) {
    this.offset = offset;
  }

  /** Returns the record's timestamp in milliseconds since 1970, or {@link #NO_TIMESTAMP}. */
  public long getTimestamp() {
    return timestamp;
  }

  public void setTimestamp(long timestamp) {
    this.timestamp = timestamp;
  }

  /**
   * Returns the encoding of the value: {@link #SINGLE_OBJECT}, or null for the Confluent wire
   * format.
   */
  public @Nullable String getEncoding() {
    return encoding;
  }

  public void setEncoding(@Nullable String encoding) {
    this.encoding = encoding;
  }

  /** Returns the kind of system that the event comes from; null for Kafka. */
  public @Nullable String getOriginSystem() {
    return originSystem;
  }

  public void setOriginSystem(@Nullable String originSystem) {
    this.originSystem = originSystem;
  }

  /** Returns the name of the event's container, such as a file; null for the topic. */
  public @Nullable String getOriginName() {
    return originName;
  }

  public void setOriginName(@Nullable String originName) {
    this.originName = originName;
  }

  /** Returns the event's position in the container; null for partition and offset. */
  public @Nullable String getOriginPosition() {
    return originPosition;
  }

  public void setOriginPosition(@Nullable String originPosition) {
    this.originPosition = originPosition;
  }

  /**
   * Returns the error code of a failure that the source found, or null if there is none. With a
   * failure, the value holds as much of the event as is known, or is null.
   */
  public @Nullable String getFailureCode() {
    return failureCode;
  }

  public void setFailureCode(@Nullable String failureCode) {
    this.failureCode = failureCode;
  }

  /** Returns the message of a failure that the source found, or null if there is none. */
  public @Nullable String getFailureMessage() {
    return failureMessage;
  }

  public void setFailureMessage(@Nullable String failureMessage) {
    this.failureMessage = failureMessage;
  }

  /**
   * Returns the size of the event in its archive, in bytes, for reporting progress by bytes; 0 for
   * a record of a topic.
   */
  public long getSourceBytes() {
    return sourceBytes;
  }

  public void setSourceBytes(long sourceBytes) {
    this.sourceBytes = sourceBytes;
  }

  /** Returns the source's notes about the event, or null if there are none. */
  public @Nullable EventNotes getNotes() {
    return notes;
  }

  public void setNotes(@Nullable EventNotes notes) {
    this.notes = notes;
  }

  /** Returns the URI of the file that holds the event's image; null for a record of a topic. */
  public @Nullable String getSourceUri() {
    return sourceUri;
  }

  public void setSourceUri(@Nullable String sourceUri) {
    this.sourceUri = sourceUri;
  }

  /** Declares the type information, so that Flink uses no generic serialiser for any field. */
  public static final class Info extends TypeInfoFactory<EventRecord> {
    @Override
    public TypeInformation<EventRecord> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("key", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
      fields.put("value", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
      fields.put("headerNames", BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO);
      fields.put(
          "headerValues",
          ObjectArrayTypeInfo.getInfoFor(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
      fields.put("topic", Types.STRING);
      fields.put("partition", Types.INT);
      fields.put("offset", Types.LONG);
      fields.put("timestamp", Types.LONG);
      fields.put("encoding", Types.STRING);
      fields.put("originSystem", Types.STRING);
      fields.put("originName", Types.STRING);
      fields.put("originPosition", Types.STRING);
      fields.put("failureCode", Types.STRING);
      fields.put("failureMessage", Types.STRING);
      fields.put("sourceBytes", Types.LONG);
      fields.put("notes", TypeInformation.of(EventNotes.class));
      fields.put("sourceUri", Types.STRING);
      return Types.POJO(EventRecord.class, fields);
    }
  }
}
