package io.groundstream.operators.archive.columns;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Formats numbers without an exponent where none is needed. */
public final class NumberText {
  /** From here on, plain digits would claim a precision that the number does not have. */
  private static final double LARGEST = 1e21;

  private static final double SMALLEST = 1e-7;

  private static final int MOST_DIGITS = 60;

  private NumberText() {}

  /**
   * Returns a number as text. Whole numbers from 10<sup>7</sup> on have no fraction; smaller ones
   * keep their {@code .0}, because identifiers made from them always had it.
   */
  public static String of(double number) {
    return of(Double.toString(number), number);
  }

  /** Returns a number as text, with no more digits than the type's precision. */
  public static String of(float number) {
    return of(Float.toString(number), number);
  }

  /**
   * Returns a JSON scalar as text; numbers as written, except that needless exponents are removed.
   */
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
