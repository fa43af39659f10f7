package io.groundstream.schemas;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes records in the Confluent wire format: a zero byte, the schema's identifier as 4 bytes in
 * big-endian order, and the record in Avro's binary encoding.
 *
 * <p>Only opening the encoder calls the registry; writing never waits for it. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
public final class AvroWireEncoder<T extends SpecificRecord> implements RecordEncoder<T> {
  static final byte MAGIC = 0;
  static final int HEADER_BYTES = 1 + Integer.BYTES;

  private final int schemaId;
  private final SpecificDatumWriter<T> writer;

  private AvroWireEncoder(int schemaId, Schema schema) {
    this.schemaId = schemaId;
    this.writer = new SpecificDatumWriter<>(schema, SpecificData.getForSchema(schema));
  }

  /**
   * Opens an encoder with the identifier that the registry has for the records' schema.
   *
   * @param subject see {@link SubjectNames}
   * @param register whether to register the schema if it is new, and to set the subject's
   *     compatibility; otherwise the schema must already be registered
   * @throws SchemaRegistrationException if the schema is missing or rejected
   * @throws RegistryUnavailableException if the registry gives no usable answer
   */
  public static <T extends SpecificRecord> AvroWireEncoder<T> open(
      SchemaRegistry registry, String subject, Class<T> type, boolean register)
      throws SchemaRegistrationException, RegistryUnavailableException {
    Schema schema = SpecificData.get().getSchema(type);
    int id = register ? registry.register(subject, schema) : registry.lookUp(subject, schema);
    return withId(id, type);
  }

  /** Returns an encoder for a schema whose identifier is known. */
  public static <T extends SpecificRecord> AvroWireEncoder<T> withId(int schemaId, Class<T> type) {
    return new AvroWireEncoder<>(schemaId, SpecificData.get().getSchema(type));
  }

  /** Returns the schema's identifier, with which every record starts. */
  public int schemaId() {
    return schemaId;
  }

  @Override
  public byte[] encode(T record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(MAGIC);
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
    AvroPlainEncoder.write(writer, record, bytes);
    return bytes.toByteArray();
  }
}
