package io.groundstream.schemas;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in the Confluent wire format, written with any compatible schema.
 *
 * <p>Bytes may be hostile: whatever they are, the result is a record or a {@link RecordException},
 * and the memory taken is proportional to their number, whatever lengths they claim. Schemas are
 * asked for once and then remembered; that an identifier is unknown is remembered for some seconds,
 * lest a stream of bad records becomes a stream of questions. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
public final class AvroWireDecoder<T extends SpecificRecord> {
  /** Where schemas come from. */
  @FunctionalInterface
  public interface SchemaSource {
    /** Returns the schema with an identifier; see {@link SchemaRegistry#byId}. */
    Schema byId(int id) throws RecordException, RegistryUnavailableException;
  }

  private static final int MAX_REMEMBERED = 1000;
  private static final long UNKNOWN_NANOS = 10_000_000_000L;

  private final SchemaSource schemas;
  private final Schema readerSchema;
  private final Map<Integer, Remembered<T>> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Remembered<T>> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  public AvroWireDecoder(SchemaSource schemas, Class<T> type) {
    this.schemas = schemas;
    this.readerSchema = SpecificData.get().getSchema(type);
  }

  /**
   * Reads a record.
   *
   * @param bytes the bytes of a record's value; null is none, a tombstone
   * @throws RecordException if they are no valid record
   * @throws RegistryUnavailableException if the registry has to be asked and gives no answer
   */
  public T decode(byte @Nullable [] bytes) throws RecordException, RegistryUnavailableException {
    if (bytes == null || bytes.length == 0) {
      throw new RecordException(
          RecordErrorCode.RECORD_EMPTY,
          bytes == null ? "the record has no value" : "the record's value has no bytes");
    }
    if (bytes[0] != AvroWireEncoder.MAGIC) {
      throw new RecordException(
          RecordErrorCode.BAD_MAGIC,
          "first byte: "
              + (bytes[0] & 0xff)
              + " (expected: 0, the Confluent wire format; is it written with another"
              + " serializer?)");
    }
    if (bytes.length < AvroWireEncoder.HEADER_BYTES) {
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "bytes: " + bytes.length + " (expected: > 4, magic byte and schema id)");
    }
    int id = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
    return read(reader(id), id, bytes);
  }

  private static <T> T read(SpecificDatumReader<T> reader, int id, byte[] bytes)
      throws RecordException {
    int start = AvroWireEncoder.HEADER_BYTES;
    // Over an array, this decoder believes no length that the remaining bytes cannot hold.
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, start, bytes.length - start, null);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // The reader throws all sorts on bad bytes; deep nesting may be asked for by the writer's
      // schema, and unwinding leaves nothing half done.
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "the bytes are not what schema " + id + " says: " + e.getMessage(),
          e);
    }
    if (decoder.remainingBytes() > 0) {
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "bytes after the record: " + decoder.remainingBytes() + " (expected: none)");
    }
    return record;
  }

  private SpecificDatumReader<T> reader(int id)
      throws RecordException, RegistryUnavailableException {
    Remembered<T> known;
    synchronized (remembered) {
      known = remembered.get(id);
    }
    if (known == null || known.isOver()) {
      // Outside the lock, so that a slow registry holds up nobody who needs another schema.
      known = ask(id);
      synchronized (remembered) {
        remembered.put(id, known);
      }
    }
    return known.readerOrThrow();
  }

  private Remembered<T> ask(int id) throws RegistryUnavailableException {
    Schema writerSchema;
    try {
      writerSchema = schemas.byId(id);
    } catch (RecordException e) {
      return Remembered.failure(e);
    }
    SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(readerSchema, writerSchema);
    if (pair.getType() != SchemaCompatibilityType.COMPATIBLE) {
      return Remembered.failure(
          new RecordException(
              RecordErrorCode.SCHEMA_INCOMPATIBLE,
              "schema "
                  + id
                  + ": "
                  + writerSchema.getFullName()
                  + " (expected: one that can be read as "
                  + readerSchema.getFullName()
                  + "): "
                  + pair.getResult().getIncompatibilities()));
    }
    return Remembered.reader(
        new SpecificDatumReader<>(
            writerSchema, readerSchema, SpecificData.getForSchema(readerSchema)));
  }

  /** What is known about a schema's identifier: how to read with it, or why one cannot. */
  private record Remembered<T>(
      @Nullable SpecificDatumReader<T> reader, @Nullable RecordException failure, long atNanos) {
    static <T> Remembered<T> reader(SpecificDatumReader<T> reader) {
      return new Remembered<>(reader, null, System.nanoTime());
    }

    static <T> Remembered<T> failure(RecordException failure) {
      return new Remembered<>(null, failure, System.nanoTime());
    }

    boolean isOver() {
      return failure != null
          && failure.errorCode() == RecordErrorCode.UNKNOWN_SCHEMA_ID
          && System.nanoTime() - atNanos > UNKNOWN_NANOS;
    }

    SpecificDatumReader<T> readerOrThrow() throws RecordException {
      if (reader != null) {
        return reader;
      }
      if (failure == null) {
        throw new IllegalStateException("neither a reader nor a failure");
      }
      // A new one each time: its stack trace is that of the record at hand.
      throw new RecordException(failure.errorCode(), String.valueOf(failure.getMessage()), failure);
    }
  }
}
