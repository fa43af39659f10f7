package io.groundstream.console.cli;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.format.ProtobufRecords;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaText;
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
 * Reads records of any schema as JSON: JSON alone, and Avro, JSON and Protobuf in the Confluent
 * wire format by the schema that they were written with. Not thread-safe.
 */
final class AnyRecordReader {
  /** The bytes are not a record. */
  static final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecodableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Reads the records of one schema, from an offset on. */
  @FunctionalInterface
  private interface Reader {
    JsonNode read(byte[] bytes, int start) throws IOException, RecordException, GroundingException;
  }

  /** There are few schemas; records that name new ones without end must not fill the memory. */
  private static final int MAX_READERS = 1000;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final SchemaRegistry registry;
  private final Map<Object, Reader> readers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Reader> eldest) {
          return size() > MAX_READERS;
        }
      };

  AnyRecordReader(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns the record as JSON.
   *
   * @param header the value of its header {@link WireFormat#VALUE_HEADER}, or null
   * @throws UndecodableException if the bytes are not a record; the message says why
   * @throws RegistryUnavailableException if the registry does not answer
   */
  JsonNode read(byte[] bytes, byte @Nullable [] header)
      throws UndecodableException, RegistryUnavailableException {
    try {
      if (header == null && bytes.length > 0 && bytes[0] == '{') {
        return json(bytes, 0);
      }
      WireFormat format = WireFormat.of(bytes, header);
      Reader reader = readers.get(format.key());
      if (reader == null) {
        reader = open(format);
        readers.put(format.key(), reader);
      }
      return reader.read(bytes, format.start());
    } catch (RegistryUnavailableException e) {
      // Also an IOException, but not about these bytes.
      throw e;
    } catch (RecordException | GroundingException | IOException | RuntimeException e) {
      throw new UndecodableException(String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      // Garbage may claim to be a text of gigabytes; the failed allocation leaves the heap intact.
      throw new UndecodableException("the record claims more than fits into memory", e);
    }
  }

  private Reader open(WireFormat format) throws RecordException, RegistryUnavailableException {
    SchemaText text = registry.text(format);
    return switch (text.type()) {
      case AVRO -> {
        UUID guid = format.guid();
        Schema schema = guid == null ? registry.byId(format.id()) : registry.byGuid(guid);
        yield (bytes, start) -> avro(schema, bytes, start);
      }
      case JSON -> AnyRecordReader::json;
      case PROTOBUF -> ProtobufRecords.of(text)::read;
    };
  }

  private static JsonNode json(byte[] bytes, int start) throws IOException {
    return JSON.readTree(bytes, start, bytes.length - start);
  }

  private static JsonNode avro(Schema schema, byte[] bytes, int start) throws IOException {
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, start, bytes.length - start, null);
    Object record = new GenericDatumReader<>(schema).read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IOException("bytes follow the record of schema " + schema.getFullName());
    }
    return JsonRecords.of(record);
  }
}
