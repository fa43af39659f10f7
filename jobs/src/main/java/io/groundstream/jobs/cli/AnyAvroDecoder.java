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
import org.jspecify.annotations.Nullable;

/**
 * Reads records of any schema in the Confluent wire format by the schema that they were written
 * with. Not thread-safe.
 */
final class AnyAvroDecoder {
  /** The bytes are no record. */
  static final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecodableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private static final int HEADER_BYTES = 5;

  private final SchemaRegistry registry;
  private final Map<Integer, GenericDatumReader<Object>> readers = new HashMap<>();

  AnyAvroDecoder(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns Avro's generic form of the record.
   *
   * @throws UndecodableException if the bytes are no record; the message says why
   * @throws RegistryUnavailableException if the schema cannot be asked for
   */
  Object decode(byte[] bytes) throws UndecodableException, RegistryUnavailableException {
    if (bytes.length < HEADER_BYTES || bytes[0] != 0) {
      throw new UndecodableException("no record in the Confluent wire format", null);
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
        throw new UndecodableException("bytes follow the record of schema " + id, null);
      }
      return record;
    } catch (RegistryUnavailableException e) {
      // An IOException as well, but none about these bytes.
      throw e;
    } catch (RecordException | IOException | RuntimeException e) {
      throw new UndecodableException(String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      // Garbage may claim to be a text of gigabytes; asking for that leaves the heap as it was.
      throw new UndecodableException("the record claims more than fits into memory", e);
    }
  }
}
