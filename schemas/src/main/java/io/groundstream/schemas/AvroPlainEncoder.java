package io.groundstream.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes records in Avro's bare binary encoding, for files that state the schema once. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
public final class AvroPlainEncoder<T extends SpecificRecord> implements RecordEncoder<T> {
  private final SpecificDatumWriter<T> writer;

  public AvroPlainEncoder(Class<T> type) {
    Schema schema = SpecificData.get().getSchema(type);
    this.writer = new SpecificDatumWriter<>(schema, SpecificData.getForSchema(schema));
  }

  @Override
  public byte[] encode(T record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(writer, record, bytes);
    return bytes.toByteArray();
  }

  /** Appends a record's binary encoding. */
  static <T> void write(SpecificDatumWriter<T> writer, T record, ByteArrayOutputStream bytes) {
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      writer.write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array does not fail", e);
    }
  }
}
