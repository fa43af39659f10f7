package io.groundstream.schemas;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads records of writers that name or type things in another way than the contract, but mean the
 * same: records by their fields whatever they are called, times in any unit, and fields that may be
 * null where the contract has a default. Thread-safe.
 *
 * @param <T> the contract's generated class
 */
final class ForeignReader<T extends SpecificRecord> {
  /** Without conversions, so that times stay the numbers that the writer's schema explains. */
  private static final GenericData PLAIN = new GenericData();

  private final GenericDatumReader<Object> generic;
  private final FieldMapping mapping;

  /**
   * @param anyName whether records of other names are read, too
   * @throws FieldException if a field cannot be read; it names the field
   */
  ForeignReader(Schema writer, Schema contract, boolean anyName) throws FieldException {
    this.mapping = FieldMapping.of(writer, contract, anyName);
    this.generic = new GenericDatumReader<>(writer, mapping.projection(), PLAIN);
  }

  @SuppressWarnings("unchecked") // The mapping makes what the contract's class is for.
  T read(BinaryDecoder decoder) throws IOException, FieldException {
    return (T) requireNonNull(mapping.convert(generic.read(null, decoder)));
  }
}
