package io.groundstream.operators.archive.columns;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Writes numbers as people do: without an exponent where they need none. */
public final class NumberText {
  /** Beyond these, digits would be zeros that nothing says. */
  private static final double LARGEST = 1e21;

  private static final double SMALLEST = 1e-7;

  private static final int MOST_DIGITS = 60;

  private NumberText() {}

  /**
   * Returns a number as text. Whole numbers from 10<sup>7</sup> on have no fraction; those below
   * keep the {@code .0} that identifiers made of them have always had.
   */
  public static String of(double number) {
    return of(Double.toString(number), number);
  }

  /** Returns a number as text, with no more digits than its type has. */
  public static String of(float number) {
    return of(Float.toString(number), number);
  }

  /** Returns a scalar of JSON as text; a number as it stands there, but for a needless exponent. */
  public static String of(JsonNode value) {
    if (!value.isBigDecimal()) {
      return value.asText();
    }
    BigDecimal number = value.decimalValue();
    boolean plain = Math.abs((long) number.scale()) + number.precision() <= MOST_DIGITS;
    return plain ? number.toPlainString() : number.toString();
  }

  private static String of(String java, double number) {
    double size = Math.abs(number);
    if (java.indexOf('E') < 0 || size >= LARGEST || size < SMALLEST) {
      return java;
    }
    BigDecimal exact = new BigDecimal(java);
    return (exact.scale() <= 0 ? exact : exact.stripTrailingZeros()).toPlainString();
  }
}
