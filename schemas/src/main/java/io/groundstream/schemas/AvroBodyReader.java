package io.groundstream.schemas;

import io.groundstream.schemas.text.Texts;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in Avro's binary encoding, written with any schema that means the same as the
 * contract's.
 */
final class AvroBodyReader<T extends SpecificRecord> implements BodyReader<T> {
  private static final int MAX_MESSAGE = 300;

  private final String schema;
  private final DatumReader<T> reader;

  /** Reads one record. */
  @FunctionalInterface
  private interface DatumReader<T> {
    T read(BinaryDecoder decoder) throws IOException, FieldException;
  }

  private AvroBodyReader(String schema, DatumReader<T> reader) {
    this.schema = schema;
    this.reader = reader;
  }

  /**
   * Creates a reader.
   *
   * @param name the schema's identifier, for messages
   * @param anyName whether records may have another name than the contract's
   * @throws RecordException SCHEMA_INCOMPATIBLE if the schema does not mean the same
   */
  static <T extends SpecificRecord> AvroBodyReader<T> of(
      String name, Schema writer, Schema contract, boolean anyName) throws RecordException {
    try {
      if (SchemaCompatibility.checkReaderWriterCompatibility(contract, writer).getType()
              == SchemaCompatibilityType.COMPATIBLE
          && SameTimes.in(writer, contract)) {
        SpecificDatumReader<T> plain =
            new SpecificDatumReader<>(writer, contract, SpecificData.getForSchema(contract));
        return new AvroBodyReader<>(name, decoder -> plain.read(null, decoder));
      }
      ForeignReader<T> foreign = new ForeignReader<>(writer, contract, anyName);
      return new AvroBodyReader<>(name, foreign::read);
    } catch (FieldException | RuntimeException | StackOverflowError e) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE, "schema " + name + ": " + line(e.getMessage()), e);
    }
  }

  @Override
  public T read(byte[] bytes, int start) throws RecordException {
    // The decoder rejects lengths that the remaining bytes cannot hold, since it reads an array.
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, start, bytes.length - start, null);
    T record;
    try {
      record = reader.read(decoder);
    } catch (FieldException e) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE, "schema " + schema + ": " + line(e.getMessage()), e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // On bad bytes the reader throws all kinds of exceptions. The writer's schema may allow deep
      // nesting, and a stack overflow leaves no shared state half changed.
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "the bytes do not match schema " + schema + ": " + line(e.getMessage()),
          e);
    }
    if (decoder.remainingBytes() > 0) {
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "bytes after the record: " + decoder.remainingBytes() + " (expected: none)");
    }
    return record;
  }

  /** Returns one bounded line; Avro's messages may contain whole schemas over many lines. */
  static String line(@Nullable String message) {
    String line = String.valueOf(message).replaceAll("\\s+", " ");
    return Texts.shortened(line, MAX_MESSAGE);
  }
}
