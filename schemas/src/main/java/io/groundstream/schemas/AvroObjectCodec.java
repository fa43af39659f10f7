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
 * the schema, and the record in Avro's binary encoding. For records that never leave a job, and so
 * need no registry, but may wait in its state until a later version reads them. Thread-safe.
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
   * Returns a codec that writes a class's own schema.
   *
   * @param earlier the schemas that earlier versions of the class wrote
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
   * @param expectedBytes about how many these will be; a good guess saves copies
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
   * Returns the record in some bytes.
   *
   * @throws RecordException if they are none, or of a schema that this codec does not know
   */
  public T decode(byte @Nullable [] bytes) throws RecordException {
    if (bytes == null || bytes.length == 0) {
      throw new RecordException(RecordErrorCode.RECORD_EMPTY, "the record has no bytes");
    }
    if (bytes.length < HEADER_BYTES || bytes[0] != MARKER[0] || bytes[1] != MARKER[1]) {
      throw new RecordException(
          RecordErrorCode.BAD_MAGIC, "first bytes: not those of Avro's single-object encoding");
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
    // Datum readers keep state of their thread only. As in the wire format, the decoder rejects
    // lengths that the remaining bytes cannot hold.
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
    try {
      return reader.read(null, decoder);
    } catch (IOException | RuntimeException e) {
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "the bytes are not what their schema says: " + e.getMessage(),
          e);
    }
  }
}
