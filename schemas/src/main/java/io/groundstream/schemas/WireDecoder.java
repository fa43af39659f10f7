package io.groundstream.schemas;

import org.jspecify.annotations.Nullable;

/**
 * Finds the reader of a record by the schema that it names, in a header or in front of its value.
 * Thread-safe.
 *
 * @param <T> the generated class of the records
 */
final class WireDecoder<T> {
  private final SchemaCache<BodyReader<T>> readers;

  WireDecoder(SchemaCache.Opener<BodyReader<T>> opener) {
    readers = new SchemaCache<>(opener);
  }

  /** Reads a record; see {@link AvroWireDecoder#decode(byte[], byte[])}. */
  T decode(byte @Nullable [] value, byte @Nullable [] header)
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
    return readers.get(format).read(bytes, format.start());
  }
}
