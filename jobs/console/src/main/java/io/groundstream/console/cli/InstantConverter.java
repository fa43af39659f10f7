package io.groundstream.console.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Points in time: {@code 2026-01-31}, {@code 2026-01-31T12:00:00Z}, or how long ago: {@code 2h}.
 */
final class InstantConverter implements ITypeConverter<Instant> {
  @Override
  public Instant convert(String value) {
    String text = value.strip();
    try {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      // It may have another form.
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      // It may have another form.
    }
    try {
      return Instant.now().minus(new DurationConverter().convert(text));
    } catch (TypeConversionException | ArithmeticException e) {
      throw new TypeConversionException(
          "'"
              + value
              + "' (expected: a day such as 2026-01-31, a time in UTC such as"
              + " 2026-01-31T12:00:00Z, or how long ago, such as 2h)");
    }
  }
}
