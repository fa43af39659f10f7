package io.groundstream.schemas;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The schema with which a record was written, and the position where its Avro encoding starts.
 *
 * <p>Serialisers write the schema's identifier in front of the value or in a header of the record,
 * in the same form: a zero byte and an identifier of 4 bytes, or a one and a GUID of 16 bytes.
 *
 * @param id the schema's identifier; meaningless if there is a GUID
 * @param guid the schema's globally unique identifier, or null
 * @param start the offset of the Avro encoding in the value, in bytes
 */
public record WireFormat(int id, @Nullable UUID guid, int start) {
  /** The header in which newer serialisers name the schema of a record's value. */
  public static final String VALUE_HEADER = "__value_schema_id";

  private static final byte BY_ID = AvroWireEncoder.MAGIC;
  private static final byte BY_GUID = 1;
  private static final int ID_BYTES = AvroWireEncoder.HEADER_BYTES;
  private static final int GUID_BYTES = 1 + 2 * Long.BYTES;

  /**
   * Reads the schema's identifier in front of a value.
   *
   * @param value the value; null for a tombstone
   * @throws RecordException if the value is empty or does not start with an identifier
   */
  public static WireFormat ofPrefix(byte @Nullable [] value) throws RecordException {
    byte[] bytes = present(value);
    WireFormat format = read(bytes);
    if (format == null) {
      throw bytes[0] == BY_ID || bytes[0] == BY_GUID
          ? new RecordException(
              RecordErrorCode.RECORD_CORRUPT,
              "bytes: " + bytes.length + " (expected: > 4, the Confluent wire format)")
          : new RecordException(
              RecordErrorCode.BAD_MAGIC,
              "first byte: "
                  + (bytes[0] & 0xff)
                  + " (expected: 0, the Confluent wire format, or a header "
                  + VALUE_HEADER
                  + "; was it written with another serialiser?)");
    }
    return format;
  }

  /**
   * Reads the schema's identifier from the header if that has one, and otherwise from the front of
   * the value.
   *
   * @throws RecordException if neither names a schema
   */
  public static WireFormat of(byte @Nullable [] bytes, byte @Nullable [] header)
      throws RecordException {
    WireFormat named = ofHeader(header);
    return named == null ? ofPrefix(bytes) : named;
  }

  /**
   * Reads the header that names the schema of a value.
   *
   * @return null if the header is absent or has an unknown form
   */
  static @Nullable WireFormat ofHeader(byte @Nullable [] header) {
    WireFormat format = header == null || header.length == 0 ? null : read(header);
    return format == null ? null : new WireFormat(format.id, format.guid, 0);
  }

  private static @Nullable WireFormat read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    if (bytes[0] == BY_ID && bytes.length >= ID_BYTES) {
      return new WireFormat(buffer.getInt(), null, ID_BYTES);
    }
    if (bytes[0] == BY_GUID && bytes.length >= GUID_BYTES) {
      return new WireFormat(0, new UUID(buffer.getLong(), buffer.getLong()), GUID_BYTES);
    }
    return null;
  }

  /** Returns the bytes of a value, and throws if there are none. */
  static byte[] present(byte @Nullable [] bytes) throws RecordException {
    if (bytes == null || bytes.length == 0) {
      throw new RecordException(
          RecordErrorCode.RECORD_EMPTY,
          bytes == null ? "the record has no value" : "the record's value has no bytes");
    }
    return bytes;
  }

  /** Returns the schema's identifier for messages. */
  String schema() {
    return guid == null ? Integer.toString(id) : guid.toString();
  }

  /** Returns the identifier alone, as a key for caches. */
  public Object key() {
    return guid == null ? (Object) id : guid;
  }
}
