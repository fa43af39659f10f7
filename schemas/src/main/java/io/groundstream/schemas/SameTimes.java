package io.groundstream.schemas;

import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Checks that a writer uses the contract's unit of time. Avro's own rules compare only the type of
 * the numbers, and would read microseconds as milliseconds.
 */
final class SameTimes {
  private SameTimes() {}

  static boolean in(Schema writer, Schema contract) {
    if (contract.getType() == Schema.Type.UNION) {
      return contract.getTypes().stream().allMatch(branch -> in(writer, branch));
    }
    if (writer.getType() == Schema.Type.UNION) {
      return writer.getTypes().stream().allMatch(branch -> in(branch, contract));
    }
    return switch (contract.getType()) {
      case RECORD ->
          writer.getType() != Schema.Type.RECORD
              || contract.getFields().stream()
                  .allMatch(
                      field -> {
                        Schema.Field written = writer.getField(field.name());
                        return written == null || in(written.schema(), field.schema());
                      });
      case ARRAY ->
          writer.getType() != Schema.Type.ARRAY
              || in(writer.getElementType(), contract.getElementType());
      case MAP ->
          writer.getType() != Schema.Type.MAP || in(writer.getValueType(), contract.getValueType());
      case LONG ->
          !(contract.getLogicalType() instanceof LogicalTypes.TimestampMillis)
              || writer.getType() == Schema.Type.NULL
              || InstantReader.isMillis(writer);
      case ENUM, FIXED, STRING, BYTES, INT, FLOAT, DOUBLE, BOOLEAN, NULL, UNION -> true;
    };
  }
}
