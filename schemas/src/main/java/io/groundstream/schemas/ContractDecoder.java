package io.groundstream.schemas;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of a contract in every {@link RecordFormat}, which it recognises: a record that
 * names a schema of the registry is of that schema's type, one that starts with a brace is JSON.
 *
 * <p>Bytes may be hostile: any input yields a record or a {@link RecordException}, and the memory
 * used is proportional to the number of bytes. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
public final class ContractDecoder<T extends SpecificRecord> {
  private final WireDecoder<T> framed;
  private final JsonBodyReader<T> json;

  /** Creates a decoder that accepts Avro records of any name. */
  public ContractDecoder(AvroWireDecoder.SchemaSource schemas, Class<T> type) {
    this(schemas, type, true);
  }

  /**
   * Creates a decoder.
   *
   * @param anyName whether to recognise Avro records by their fields, regardless of their name
   */
  public ContractDecoder(AvroWireDecoder.SchemaSource schemas, Class<T> type, boolean anyName) {
    Schema contract = SpecificData.get().getSchema(type);
    this.json = new JsonBodyReader<>(type);
    this.framed =
        new WireDecoder<>(
            format -> {
              SchemaText text = schemas.text(format);
              String name = format.schema();
              return switch (text.type()) {
                case AVRO ->
                    AvroBodyReader.of(name, AvroTexts.parse(name, text), contract, anyName);
                case JSON -> json;
                case PROTOBUF -> ProtobufBodyReader.of(name, text.text(), type);
              };
            });
  }

  /** Reads a record without a header that names its schema. */
  public T decode(byte @Nullable [] value) throws RecordException, RegistryUnavailableException {
    return decode(value, null);
  }

  /**
   * Reads a record.
   *
   * @param value the bytes of the record's value; null for a tombstone
   * @param header the value of the record's header {@link WireFormat#VALUE_HEADER}, or null if it
   *     has none
   * @throws RecordException if they are not a valid record
   * @throws RegistryUnavailableException if the registry is needed and does not answer
   */
  public T decode(byte @Nullable [] value, byte @Nullable [] header)
      throws RecordException, RegistryUnavailableException {
    byte[] bytes = WireFormat.present(value);
    return bytes[0] == '{' && WireFormat.ofHeader(header) == null
        ? json.read(bytes, 0)
        : framed.decode(bytes, header);
  }
}
