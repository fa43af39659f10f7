package io.groundstream.operators.search;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads conditions on an event's time, such as {@code time >= 2026-01-01}. */
final class TimeParser {
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern AGO = Pattern.compile("now(?:-(\\d{1,6})([smhdw]))?");

  /** The year of the day after the last day must have four digits too. */
  private static final int MAX_YEAR = 9998;

  private static final String EXPECTED =
      "a day such as 2026-01-31, a time such as 2026-01-31T09:30:00Z, or now-2h (s, m, h, d, w)";
  private static final String EXAMPLE = "time >= 2026-01-01";

  private TimeParser() {}

  /** Reads what comes after the word time. */
  static Query parse(TokenReader tokens) throws SearchSyntaxException {
    Token sign = tokens.take();
    Comparison comparison = FieldParser.comparison(sign);
    if (comparison == null) {
      throw tokens.error(sign, "a time is compared", ">, >=, <, <= or =", EXAMPLE);
    }
    Token first = tokens.peek();
    String text = first.is(Token.Kind.QUOTED) ? tokens.take().text() : tokens.takeRun();
    if (text.isEmpty()) {
      throw tokens.unexpected(first, EXPECTED, EXAMPLE);
    }
    int end = first.is(Token.Kind.QUOTED) ? first.end() : first.start() + text.length();
    Moment moment;
    try {
      moment = moment(text);
    } catch (DateTimeException e) {
      moment = null;
    }
    if (moment == null) {
      throw tokens.error(first.start(), end, "this is not a time that exists", EXPECTED, EXAMPLE);
    }
    if (comparison == Comparison.EQUAL && !(moment instanceof Moment.Day)) {
      throw tokens.error(
          sign, "hardly anything happens at an exact instant", "= and a day, or >=", EXAMPLE);
    }
    return new Query.Time(comparison, moment);
  }

  private static @Nullable Moment moment(String text) {
    Matcher ago = AGO.matcher(text.toLowerCase(Locale.ROOT));
    if (ago.matches()) {
      return ago.group(1) == null || Integer.parseInt(ago.group(1)) == 0
          ? new Moment.Ago(0, 's')
          : new Moment.Ago(Integer.parseInt(ago.group(1)), ago.group(2).charAt(0));
    }
    if (DAY.matcher(text).matches()) {
      LocalDate day = LocalDate.parse(text);
      return day.getYear() < 1 || day.getYear() > MAX_YEAR ? null : new Moment.Day(day);
    }
    String iso = text.toUpperCase(Locale.ROOT).replace(' ', 'T');
    Instant instant =
        iso.matches(".*T.*(Z|[+-]\\d{2}:\\d{2})")
            ? OffsetDateTime.parse(iso).toInstant()
            : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    int year = instant.atOffset(ZoneOffset.UTC).getYear();
    return year < 1 || year > MAX_YEAR
        ? null
        : new Moment.Exactly(instant.truncatedTo(ChronoUnit.MILLIS));
  }
}
