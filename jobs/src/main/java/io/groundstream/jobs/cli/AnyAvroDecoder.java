package io.groundstream.jobs.cli;

import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads records of any schema in the Confluent wire format by the schema that they were written
 * with. Not thread-safe.
 */
final class AnyAvroDecoder {
  private static final int HEADER_BYTES = 5;

  private final SchemaRegistry registry;
  private final Map<Integer, GenericDatumReader<Object>> readers = new HashMap<>();

  AnyAvroDecoder(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns Avro's generic form of the record.
   *
   * @throws IOException if the bytes are no record; the message says why
   * @throws RegistryUnavailableException if the schema cannot be asked for
   */
  Object decode(byte[] bytes) throws IOException, RegistryUnavailableException {
    if (bytes.length < HEADER_BYTES || bytes[0] != 0) {
      throw new IOException("no record in the Confluent wire format");
    }
    int id = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
    GenericDatumReader<Object> reader = readers.get(id);
    try {
      if (reader == null) {
        Schema schema = registry.byId(id);
        reader = new GenericDatumReader<>(schema);
        readers.put(id, reader);
      }
      BinaryDecoder decoder =
          DecoderFactory.get()
              .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
      Object record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new IOException("bytes follow the record of schema " + id);
      }
      return record;
    } catch (RecordException | RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
