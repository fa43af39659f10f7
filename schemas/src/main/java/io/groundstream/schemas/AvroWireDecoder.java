package io.groundstream.schemas;

import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
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

  private final WireDecoder<T> decoder;

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
    Schema contract = SpecificData.get().getSchema(type);
    this.decoder =
        new WireDecoder<>(
            format -> {
              UUID guid = format.guid();
              Schema writer = guid == null ? schemas.byId(format.id()) : schemas.byGuid(guid);
              return AvroBodyReader.of(format.schema(), writer, contract, anyName);
            });
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
    return decoder.decode(value, header);
  }
}
