package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Reads instants from JSON: ISO 8601 with a zone, or a number of any unit since 1970. */
final class JsonTimes {
  static final String EXPECTED =
      "text such as 2026-01-31T12:00:00Z, or a number of seconds, milliseconds, microseconds or"
          + " nanoseconds since 1970";

  /** Seconds reach the year 5138 with fewer digits than milliseconds have since March 1973. */
  private static final BigDecimal LEAST_MILLIS = new BigDecimal("1e11");

  private static final BigDecimal LEAST_MICROS = new BigDecimal("1e14");
  private static final BigDecimal LEAST_NANOS = new BigDecimal("1e17");
  private static final BigDecimal MOST = new BigDecimal("1e20");
  private static final int MOST_SCALE = 100;
  private static final int MILLI_DIGITS = 3;

  private JsonTimes() {}

  /** Returns the instant, in whole milliseconds; null if the value is not one. */
  static @Nullable Instant read(JsonNode value) {
    if (value.isNumber()) {
      return ofNumber(value.decimalValue());
    }
    return value.isTextual() ? ofText(value.textValue()) : null;
  }

  /** Returns the instant of a text in ISO 8601; null if it is not one. */
  static @Nullable Instant ofText(String text) {
    try {
      return Instant.ofEpochMilli(OffsetDateTime.parse(text.strip()).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private static @Nullable Instant ofNumber(BigDecimal number) {
    // Before any arithmetic, which would write out the digits of a huge exponent.
    if (number.signum() < 0
        || number.compareTo(MOST) > 0
        || Math.abs(number.scale()) > MOST_SCALE) {
      return null;
    }
    int unit =
        number.compareTo(LEAST_MILLIS) < 0
            ? 0
            : number.compareTo(LEAST_MICROS) < 0 ? 3 : number.compareTo(LEAST_NANOS) < 0 ? 6 : 9;
    return Instant.ofEpochMilli(
        number
            .scaleByPowerOfTen(MILLI_DIGITS - unit)
            .setScale(0, RoundingMode.FLOOR)
            .longValueExact());
  }
}
