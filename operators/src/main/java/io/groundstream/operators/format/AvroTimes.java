package io.groundstream.operators.format;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Times of Avro's logical types, and of those of Debezium, which Connect's converter writes as
 * {@code connect.name}. Debezium's timestamps have no zone, but columns of them are usually in UTC,
 * as which they are taken: as instants. Instants have an offset in their text; dates, times of day
 * and times without a zone have none, so that no reader takes them for an instant.
 */
final class AvroTimes {
  private static final String LOGICAL_TYPE = "logicalType";
  private static final String CONNECT_NAME = "connect.name";

  private AvroTimes() {}

  /** Returns a number as ISO 8601; null if its schema is not that of a time, or there is none. */
  static @Nullable String text(Schema schema, long number) {
    String type = schema.getProp(LOGICAL_TYPE);
    if (type == null) {
      type = schema.getProp(CONNECT_NAME);
    }
    if (type == null) {
      return null;
    }
    try {
      return switch (type) {
        case "timestamp-millis", "io.debezium.time.Timestamp" ->
            instant(ChronoUnit.MILLIS, number).toString();
        case "timestamp-micros", "io.debezium.time.MicroTimestamp" ->
            instant(ChronoUnit.MICROS, number).toString();
        case "timestamp-nanos", "io.debezium.time.NanoTimestamp" ->
            instant(ChronoUnit.NANOS, number).toString();
        case "local-timestamp-millis" -> local(ChronoUnit.MILLIS, number);
        case "local-timestamp-micros" -> local(ChronoUnit.MICROS, number);
        case "local-timestamp-nanos" -> local(ChronoUnit.NANOS, number);
        case "date", "io.debezium.time.Date" -> LocalDate.ofEpochDay(number).toString();
        case "time-millis", "io.debezium.time.Time" -> timeOfDay(ChronoUnit.MILLIS, number);
        case "time-micros", "io.debezium.time.MicroTime" -> timeOfDay(ChronoUnit.MICROS, number);
        case "io.debezium.time.NanoTime" -> timeOfDay(ChronoUnit.NANOS, number);
        default -> null;
      };
    } catch (DateTimeException | ArithmeticException e) {
      // Out of range; the number says at least what was written.
      return null;
    }
  }

  private static Instant instant(ChronoUnit unit, long number) {
    return Instant.EPOCH.plus(number, unit);
  }

  private static String local(ChronoUnit unit, long number) {
    return instant(unit, number).atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
  }

  private static String timeOfDay(ChronoUnit unit, long number) {
    return LocalTime.ofNanoOfDay(Math.multiplyExact(number, unit.getDuration().toNanos()))
        .toString();
  }
}
