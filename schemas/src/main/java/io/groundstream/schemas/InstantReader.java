package io.groundstream.schemas;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads instants in the units that writers use. */
final class InstantReader {
  static final String EXPECTED =
      "a long of milliseconds since 1970, timestamp-millis, -micros or -nanos, their local forms, a"
          + " date, or a text such as 2026-01-31T12:00:00Z";

  /** The unit of a schema's instants. */
  private enum Unit {
    MILLIS,
    MICROS,
    NANOS,
    DAYS,
    TEXT
  }

  private InstantReader() {}

  static boolean canRead(Schema writer) {
    return unit(writer) != null;
  }

  /** Returns whether a schema's values are milliseconds, as the contracts' are. */
  static boolean isMillis(Schema writer) {
    return writer.getType() == Schema.Type.LONG && unit(writer) == Unit.MILLIS;
  }

  static Instant read(Schema writer, Object value, String path) throws FieldException {
    Unit unit = unit(writer);
    if (unit != null) {
      switch (unit) {
        case MILLIS -> {
          return Instant.ofEpochMilli((Long) value);
        }
        case MICROS -> {
          return of((Long) value, TimeUnit.SECONDS.toMicros(1), TimeUnit.MICROSECONDS.toNanos(1));
        }
        case NANOS -> {
          return of((Long) value, TimeUnit.SECONDS.toNanos(1), 1);
        }
        case DAYS -> {
          return LocalDate.ofEpochDay((Integer) value).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        case TEXT -> {
          try {
            return OffsetDateTime.parse(value.toString()).toInstant();
          } catch (DateTimeException e) {
            throw new FieldException(path, "text that is not a time", EXPECTED);
          }
        }
      }
    }
    throw new FieldException(path, writer.getType().getName(), EXPECTED);
  }

  private static Instant of(long count, long inASecond, long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(count, inASecond), Math.floorMod(count, inASecond) * nanos);
  }

  /** Returns the unit of a schema's instants, or null if its values are not instants. */
  private static @Nullable Unit unit(Schema writer) {
    // By name: this version of Avro has no class for some logical types.
    String logical = text(writer, "logicalType");
    String connect = text(writer, "connect.name");
    if (writer.getType() == Schema.Type.STRING) {
      return Unit.TEXT;
    }
    if (writer.getType() == Schema.Type.INT) {
      return logical.equals("date") || connect.endsWith(".date") ? Unit.DAYS : null;
    }
    if (writer.getType() != Schema.Type.LONG) {
      return null;
    }
    if (logical.endsWith("timestamp-micros") || connect.endsWith(".microtimestamp")) {
      return Unit.MICROS;
    }
    if (logical.endsWith("timestamp-nanos") || connect.endsWith(".nanotimestamp")) {
      return Unit.NANOS;
    }
    // A time of day is not an instant, since it does not state the day.
    return logical.startsWith("time-") ? null : Unit.MILLIS;
  }

  private static String text(Schema schema, String property) {
    Object value = schema.getObjectProp(property);
    return value == null ? "" : value.toString().toLowerCase(Locale.ROOT);
  }
}
