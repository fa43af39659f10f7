package io.groundstream.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads records in Avro's single-object encoding: two marker bytes, the fingerprint of
 * the schema, and the record in Avro's binary encoding. Meant for records that stay within a job
 * and therefore need no registry, but may wait in its state until a later version reads them.
 * Thread-safe.
 *
 * @param <T> the generated class of the records
 */
public final class AvroObjectCodec<T extends SpecificRecord> {
  private static final byte[] MARKER = {(byte) 0xC3, 0x01};
  private static final int HEADER_BYTES = MARKER.length + Long.BYTES;

  private final byte[] header;
  private final SpecificDatumWriter<T> writer;
  private final Map<Long, SpecificDatumReader<T>> readers = new HashMap<>();

  /**
   * Creates a codec that writes records with the current schema of their class.
   *
   * @param earlier the schemas with which earlier versions of the class were written
   */
  public AvroObjectCodec(Class<T> type, List<Schema> earlier) {
    Schema schema = SpecificData.get().getSchema(type);
    SpecificData data = SpecificData.getForSchema(schema);
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    this.header =
        ByteBuffer.allocate(HEADER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MARKER)
            .putLong(fingerprint)
            .array();
    this.writer = new SpecificDatumWriter<>(schema, data);
    for (Schema written : earlier) {
      readers.put(
          SchemaNormalization.parsingFingerprint64(written),
          new SpecificDatumReader<>(written, schema, data));
    }
    readers.put(fingerprint, new SpecificDatumReader<>(schema, schema, data));
  }

  /**
   * Returns the record's bytes.
   *
   * @param expectedBytes the approximate size of the result; a good guess saves copies
   */
  public byte[] encode(T record, int expectedBytes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEADER_BYTES + expectedBytes);
    bytes.writeBytes(header);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      writer.write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array does not fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Decodes a record.
   *
   * @throws RecordException if the bytes are empty or not a valid record, or if this codec does not
   *     know their schema
   */
  public T decode(byte @Nullable [] bytes) throws RecordException {
    if (bytes == null || bytes.length == 0) {
      throw new RecordException(RecordErrorCode.RECORD_EMPTY, "the record has no bytes");
    }
    if (bytes.length < HEADER_BYTES || bytes[0] != MARKER[0] || bytes[1] != MARKER[1]) {
      throw new RecordException(
          RecordErrorCode.BAD_MAGIC,
          "the bytes do not start as Avro's single-object encoding does");
    }
    long fingerprint =
        ByteBuffer.wrap(bytes, MARKER.length, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    SpecificDatumReader<T> reader = readers.get(fingerprint);
    if (reader == null) {
      throw new RecordException(
          RecordErrorCode.UNKNOWN_SCHEMA_ID,
          "schema fingerprint: "
              + Long.toHexString(fingerprint)
              + " (expected: one of a released version; was this written by a newer one?)");
    }
    // Datum readers can be shared, because they keep their state per thread. The decoder rejects
    // lengths that the remaining bytes cannot hold, as in the wire format.
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
    try {
      return reader.read(null, decoder);
    } catch (IOException | RuntimeException e) {
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "the bytes do not match their schema: " + e.getMessage(),
          e);
    }
  }
}
