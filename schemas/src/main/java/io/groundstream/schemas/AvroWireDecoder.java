package io.groundstream.schemas;

import io.groundstream.schemas.text.Texts;
import java.io.IOException;
import java.util.UUID;
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
 * Reads records in the Confluent wire format, written with any schema that means the same as the
 * contract's.
 *
 * <p>Bytes may be hostile: any input yields a record or a {@link RecordException}, and the memory
 * used is proportional to the number of bytes, whatever lengths they claim. Schemas are kept in a
 * {@link SchemaCache}. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
public final class AvroWireDecoder<T extends SpecificRecord> {
  /** Provides the schemas with which records were written. */
  @FunctionalInterface
  public interface SchemaSource {
    /** Returns the schema with an identifier; see {@link SchemaRegistry#byId}. */
    Schema byId(int id) throws RecordException, RegistryUnavailableException;

    /** Returns the schema with a globally unique identifier; not every source supports these. */
    default Schema byGuid(UUID guid) throws RecordException, RegistryUnavailableException {
      throw new RecordException(
          RecordErrorCode.UNKNOWN_SCHEMA_ID,
          "schema GUID: " + guid + " (expected: an id; GUIDs cannot be looked up here)");
    }

    /** Returns the schema of any type that a record names. */
    default SchemaText text(WireFormat format)
        throws RecordException, RegistryUnavailableException {
      UUID guid = format.guid();
      Schema schema = guid == null ? byId(format.id()) : byGuid(guid);
      return new SchemaText(SchemaType.AVRO, schema.toString());
    }
  }

  private static final int MAX_MESSAGE = 300;

  private final SchemaSource schemas;
  private final Schema contract;
  private final boolean anyName;
  private final SchemaCache<RecordReader<T>> readers = new SchemaCache<>(this::reader);

  /** Creates a decoder that accepts records of any name. */
  public AvroWireDecoder(SchemaSource schemas, Class<T> type) {
    this(schemas, type, true);
  }

  /**
   * Creates a decoder.
   *
   * @param anyName whether to recognise records by their fields, regardless of their name;
   *     otherwise their name must be the contract's too
   */
  public AvroWireDecoder(SchemaSource schemas, Class<T> type, boolean anyName) {
    this.schemas = schemas;
    this.contract = SpecificData.get().getSchema(type);
    this.anyName = anyName;
  }

  /**
   * Reads a record without a header that names its schema.
   *
   * @param bytes the bytes of the record's value; null for a tombstone
   * @throws RecordException if they are not a valid record
   * @throws RegistryUnavailableException if the registry is needed and does not answer
   */
  public T decode(byte @Nullable [] bytes) throws RecordException, RegistryUnavailableException {
    return decode(bytes, null);
  }

  /**
   * Reads a record.
   *
   * @param value the bytes of the record's value; null for a tombstone
   * @param header the value of the record's header {@link WireFormat#VALUE_HEADER}, or null if it
   *     has none. If the record cannot be read with that schema, the identifier in front of the
   *     value is tried: the header may have been copied to a record of another serialiser
   * @throws RecordException if they are not a valid record
   * @throws RegistryUnavailableException if the registry is needed and does not answer
   */
  public T decode(byte @Nullable [] value, byte @Nullable [] header)
      throws RecordException, RegistryUnavailableException {
    byte[] bytes = WireFormat.present(value);
    WireFormat named = WireFormat.ofHeader(header);
    if (named == null) {
      return read(WireFormat.ofPrefix(bytes), bytes);
    }
    try {
      return read(named, bytes);
    } catch (RecordException byHeader) {
      try {
        return read(WireFormat.ofPrefix(bytes), bytes);
      } catch (RecordException byPrefix) {
        throw byHeader;
      }
    }
  }

  private T read(WireFormat format, byte[] bytes)
      throws RecordException, RegistryUnavailableException {
    RecordReader<T> reader = readers.get(format);
    // The decoder rejects lengths that the remaining bytes cannot hold, since it reads an array.
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(bytes, format.start(), bytes.length - format.start(), null);
    T record;
    try {
      record = reader.read(decoder);
    } catch (FieldException e) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "schema " + format.schema() + ": " + line(e.getMessage()),
          e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // On bad bytes the reader throws all kinds of exceptions. The writer's schema may allow deep
      // nesting, and a stack overflow leaves no shared state half changed.
      throw new RecordException(
          RecordErrorCode.RECORD_CORRUPT,
          "the bytes do not match schema " + format.schema() + ": " + line(e.getMessage()),
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
  private static String line(@Nullable String message) {
    String line = String.valueOf(message).replaceAll("\\s+", " ");
    return Texts.shortened(line, MAX_MESSAGE);
  }

  private RecordReader<T> reader(WireFormat format)
      throws RecordException, RegistryUnavailableException {
    UUID guid = format.guid();
    Schema writer = guid == null ? schemas.byId(format.id()) : schemas.byGuid(guid);
    try {
      return reader(writer);
    } catch (FieldException | RuntimeException | StackOverflowError e) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "schema " + format.schema() + ": " + line(e.getMessage()),
          e);
    }
  }

  private RecordReader<T> reader(Schema writer) throws FieldException {
    if (SchemaCompatibility.checkReaderWriterCompatibility(contract, writer).getType()
            == SchemaCompatibilityType.COMPATIBLE
        && SameTimes.in(writer, contract)) {
      SpecificDatumReader<T> plain =
          new SpecificDatumReader<>(writer, contract, SpecificData.getForSchema(contract));
      return decoder -> plain.read(null, decoder);
    }
    ForeignReader<T> foreign = new ForeignReader<>(writer, contract, anyName);
    return foreign::read;
  }

  /** Reads records of one writer's schema. */
  @FunctionalInterface
  private interface RecordReader<T> {
    T read(BinaryDecoder decoder) throws IOException, FieldException;
  }
}
