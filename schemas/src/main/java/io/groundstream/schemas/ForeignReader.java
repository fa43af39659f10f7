package io.groundstream.schemas;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads records whose writers use other names or types than the contract with the same meaning:
 * records of any name with the contract's fields, times in any unit, and fields that may be null
 * where the contract has a default. Thread-safe.
 *
 * @param <T> the contract's generated class
 */
final class ForeignReader<T extends SpecificRecord> {
  /** Has no conversions, so that times stay numbers in the unit of the writer's schema. */
  private static final GenericData PLAIN = new GenericData();

  private final GenericDatumReader<Object> generic;
  private final FieldMapping mapping;

  /**
   * Creates a reader.
   *
   * @param anyName whether to read records of other names too
   * @throws FieldException if a field cannot be read; the message names the field
   */
  ForeignReader(Schema writer, Schema contract, boolean anyName) throws FieldException {
    this.mapping = FieldMapping.of(writer, contract, anyName);
    this.generic = new GenericDatumReader<>(writer, mapping.projection(), PLAIN);
  }

  @SuppressWarnings("unchecked") // The mapping creates objects of the contract's class.
  T read(BinaryDecoder decoder) throws IOException, FieldException {
    return (T) requireNonNull(mapping.convert(generic.read(null, decoder)));
  }
}
