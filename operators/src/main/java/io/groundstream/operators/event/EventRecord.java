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
 * One event as it came: a record of the events topic, exactly as it was, or an entry of an archive;
 * bytes and coordinates, not decoded.
 *
 * <p>This, and not a decoded event, is what flows to the grounding operator and waits in its state.
 * So a checkpoint holds the original bytes: a dead letter can repeat them to the last byte, a
 * savepoint restores whatever has become of the schemas meanwhile, and a registry that is away
 * holds up the operator that can wait for it instead of the source.
 *
 * <p>A Flink POJO, with its type information declared; a later version may add fields. Not
 * thread-safe; nobody changes it after the source has made it.
 */
@TypeInfo(EventRecord.Info.class)
public final class EventRecord {
  /** The timestamp of a record that has none. */
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

  /** Makes an empty record, for Flink. */
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

  /** Returns the values of the headers in the order of their names; null for one without. */
  public byte[] @Nullable [] getHeaderValues() {
    return headerValues;
  }

  public void setHeaderValues(byte[] @Nullable [] headerValues) {
    this.headerValues = headerValues;
  }

  /** Returns the topic that the record was in. */
  public String getTopic() {
    return topic;
  }

  public void setTopic(String topic) {
    this.topic = topic;
  }

  /** Returns the partition that the record was in. */
  public int getPartition() {
    return partition;
  }

  public void setPartition(int partition) {
    this.partition = partition;
  }

  /** Returns the record's place in its partition. */
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
   * Returns how the value is encoded: {@link #SINGLE_OBJECT}, or null for the Confluent wire
   * format.
   */
  public @Nullable String getEncoding() {
    return encoding;
  }

  public void setEncoding(@Nullable String encoding) {
    this.encoding = encoding;
  }

  /** Returns the kind of system that the event is from; null for Kafka. */
  public @Nullable String getOriginSystem() {
    return originSystem;
  }

  public void setOriginSystem(@Nullable String originSystem) {
    this.originSystem = originSystem;
  }

  /** Returns the name of what held the event, such as a file's; null for the topic. */
  public @Nullable String getOriginName() {
    return originName;
  }

  public void setOriginName(@Nullable String originName) {
    this.originName = originName;
  }

  /** Returns the event's place therein; null for partition and offset. */
  public @Nullable String getOriginPosition() {
    return originPosition;
  }

  public void setOriginPosition(@Nullable String originPosition) {
    this.originPosition = originPosition;
  }

  /**
   * Returns the code of what the source already found wrong; null if nothing. The value then holds
   * what is known of the event, or nothing.
   */
  public @Nullable String getFailureCode() {
    return failureCode;
  }

  public void setFailureCode(@Nullable String failureCode) {
    this.failureCode = failureCode;
  }

  /** Returns what the source found wrong, for people; null if nothing. */
  public @Nullable String getFailureMessage() {
    return failureMessage;
  }

  public void setFailureMessage(@Nullable String failureMessage) {
    this.failureMessage = failureMessage;
  }

  /**
   * Returns how many bytes of an archive this event took up, so that progress can be told by bytes;
   * 0 for a record of a topic.
   */
  public long getSourceBytes() {
    return sourceBytes;
  }

  public void setSourceBytes(long sourceBytes) {
    this.sourceBytes = sourceBytes;
  }

  /** Returns what the source met on the way to this event; null if nothing worth a note. */
  public @Nullable EventNotes getNotes() {
    return notes;
  }

  public void setNotes(@Nullable EventNotes notes) {
    this.notes = notes;
  }

  /** Returns the URI of the file that holds the event's picture; null for a record of a topic. */
  public @Nullable String getSourceUri() {
    return sourceUri;
  }

  public void setSourceUri(@Nullable String sourceUri) {
    this.sourceUri = sourceUri;
  }

  /** Declares the type, so that no part of it is left to a generic serializer. */
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
