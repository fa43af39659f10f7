package io.groundstream.schemas;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Opens encoders of the contracts' records in every {@link RecordFormat}. */
public final class ContractEncoders {
  private ContractEncoders() {}

  /**
   * Opens an encoder. Only opening it calls the registry, if the format has schemas there.
   *
   * @param registry null if the format needs none
   * @param subject see {@link SubjectNames}
   * @param register whether to register the schema if it is new, and to set the subject's
   *     compatibility; otherwise the schema must already be registered
   * @throws SchemaRegistrationException if the schema is missing or rejected
   * @throws RegistryUnavailableException if the registry gives no usable answer
   */
  public static <T extends SpecificRecord> RecordEncoder<T> open(
      RecordFormat format,
      @Nullable SchemaRegistry registry,
      String subject,
      Class<T> type,
      boolean register)
      throws SchemaRegistrationException, RegistryUnavailableException {
    Schema contract = PortableSchemas.of(SpecificData.get().getSchema(type));
    SchemaText schema = format.registered(contract);
    if (schema == null) {
      return new JsonRecordEncoder<>();
    }
    if (registry == null) {
      throw new IllegalArgumentException("registry: null (expected: one, for " + format + ")");
    }
    if (format == RecordFormat.AVRO) {
      return AvroWireEncoder.open(registry, subject, type, register);
    }
    String name = contract.getFullName();
    int id =
        register
            ? registry.register(subject, schema, name)
            : registry.lookUp(subject, schema, name);
    return withId(format, id, type);
  }

  /** Returns an encoder for a schema whose identifier is known; unused in plain JSON. */
  public static <T extends SpecificRecord> RecordEncoder<T> withId(
      RecordFormat format, int schemaId, Class<T> type) {
    return switch (format) {
      case AVRO -> AvroWireEncoder.withId(schemaId, type);
      case JSON -> new JsonRecordEncoder<>();
      case JSON_SCHEMA -> new JsonRecordEncoder<>(prefix(schemaId, new byte[0]));
      case PROTOBUF ->
          new ProtobufRecordEncoder<>(prefix(schemaId, MessageIndexes.write(List.of(0))), type);
    };
  }

  private static byte[] prefix(int schemaId, byte[] indexes) {
    return ByteBuffer.allocate(AvroWireEncoder.HEADER_BYTES + indexes.length)
        .put(AvroWireEncoder.MAGIC)
        .putInt(schemaId)
        .put(indexes)
        .array();
  }
}
