package io.groundstream.operators.archive.parquet;

import io.groundstream.operators.archive.columns.NumberText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.JulianFields;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;

/** Converts the values of Parquet columns to text. */
final class ParquetValues {
  private ParquetValues() {}

  /**
   * Returns the current value of a column as text; a byte array for bytes without a logical type.
   */
  static Object of(ColumnReader column) {
    PrimitiveType type = column.getDescriptor().getPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> type.stringifier().stringify(column.getInteger());
      case INT64 -> type.stringifier().stringify(column.getLong());
      case BOOLEAN -> String.valueOf(column.getBoolean());
      case FLOAT -> NumberText.of(column.getFloat());
      case DOUBLE -> NumberText.of(column.getDouble());
      case INT96 -> timestamp(column.getBinary());
      case BINARY, FIXED_LEN_BYTE_ARRAY -> {
        Binary bytes = column.getBinary();
        yield type.getLogicalTypeAnnotation() == null ? bytes.getBytes() : text(type, bytes);
      }
    };
  }

  static String text(PrimitiveType type, Binary bytes) {
    return type.stringifier().stringify(bytes);
  }

  /** Converts a timestamp of Spark or Hive: the nanoseconds of a day, and the Julian day. */
  static String timestamp(Binary value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong();
    Instant day =
        LocalDate.EPOCH
            .with(JulianFields.JULIAN_DAY, bytes.getInt())
            .atStartOfDay()
            .toInstant(ZoneOffset.UTC);
    return day.plusNanos(nanos).toString();
  }
}
