package io.groundstream.console.cli;

import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.WireFormat;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
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
  /** The bytes are not a record. */
  static final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecodableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** There are few schemas; records that name new ones without end must not fill the memory. */
  private static final int MAX_READERS = 1000;

  private final SchemaRegistry registry;
  private final Map<Object, GenericDatumReader<Object>> readers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, GenericDatumReader<Object>> eldest) {
          return size() > MAX_READERS;
        }
      };

  AnyAvroDecoder(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns Avro's generic form of the record.
   *
   * @param header the value of its header {@link WireFormat#VALUE_HEADER}, or null
   * @throws UndecodableException if the bytes are not a record; the message says why
   * @throws RegistryUnavailableException if the registry does not answer
   */
  Object decode(byte[] bytes, byte @Nullable [] header)
      throws UndecodableException, RegistryUnavailableException {
    try {
      WireFormat format = WireFormat.of(bytes, header);
      GenericDatumReader<Object> reader = readers.get(format.key());
      if (reader == null) {
        UUID guid = format.guid();
        Schema schema = guid == null ? registry.byId(format.id()) : registry.byGuid(guid);
        reader = new GenericDatumReader<>(schema);
        readers.put(format.key(), reader);
      }
      BinaryDecoder decoder =
          DecoderFactory.get()
              .binaryDecoder(bytes, format.start(), bytes.length - format.start(), null);
      Object record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new UndecodableException("bytes follow the record of schema " + format.key(), null);
      }
      return record;
    } catch (RegistryUnavailableException e) {
      // Also an IOException, but not about these bytes.
      throw e;
    } catch (RecordException | IOException | RuntimeException e) {
      throw new UndecodableException(String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      // Garbage may claim to be a text of gigabytes; the failed allocation leaves the heap intact.
      throw new UndecodableException("the record claims more than fits into memory", e);
    }
  }
}
