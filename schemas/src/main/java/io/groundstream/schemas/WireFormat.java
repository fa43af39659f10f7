package io.groundstream.schemas;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a record's value begins, and which schema it was written with.
 *
 * <p>Serializers say that in front of the value or in a header of the record, both times in the
 * same form: a zero byte and an identifier of 4 bytes, or a one and a GUID of 16.
 *
 * @param id the schema's identifier; meaningless where there is a GUID
 * @param guid the schema's globally unique identifier, or null
 * @param start where the Avro encoding begins
 */
public record WireFormat(int id, @Nullable UUID guid, int start) {
  /** The header in which newer serializers name the schema of a record's value. */
  public static final String VALUE_HEADER = "__value_schema_id";

  private static final byte BY_ID = AvroWireEncoder.MAGIC;
  private static final byte BY_GUID = 1;
  private static final int ID_BYTES = AvroWireEncoder.HEADER_BYTES;
  private static final int GUID_BYTES = 1 + 2 * Long.BYTES;

  /**
   * Reads what is in front of a value.
   *
   * @param value the value; null is none, a tombstone
   * @throws RecordException if nothing that names a schema is there
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
                  + "; is it written with another serializer?)");
    }
    return format;
  }

  /** Reads what names a value's schema: its header if that says so, or else what is in front. */
  public static WireFormat of(byte @Nullable [] bytes, byte @Nullable [] header)
      throws RecordException {
    WireFormat named = ofHeader(header);
    return named == null ? ofPrefix(bytes) : named;
  }

  /**
   * Reads the header that names the schema of a value.
   *
   * @return null if the header says nothing that is understood
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

  /** Returns the bytes of a value that has some. */
  static byte[] present(byte @Nullable [] bytes) throws RecordException {
    if (bytes == null || bytes.length == 0) {
      throw new RecordException(
          RecordErrorCode.RECORD_EMPTY,
          bytes == null ? "the record has no value" : "the record's value has no bytes");
    }
    return bytes;
  }

  /** Returns the schema's identifier for people. */
  String schema() {
    return guid == null ? Integer.toString(id) : guid.toString();
  }

  /** Returns the identifier alone, for remembering what it names. */
  public Object key() {
    return guid == null ? (Object) id : guid;
  }
}
