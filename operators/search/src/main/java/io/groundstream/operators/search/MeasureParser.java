package io.groundstream.operators.search;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads comparisons of a box's measures, such as {@code area > 20%} or {@code area above 20 %}. */
final class MeasureParser {
  private static final String EXAMPLE = "dog area > 20%";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?|\\.\\d{1,9}");
  private static final BigDecimal HUNDRED = new BigDecimal(100);

  /** Words for signs; only before a number, since some of them are relations too. */
  private static final Map<String, Comparison> WORDS =
      Map.of(
          "above", Comparison.GREATER,
          "over", Comparison.GREATER,
          "below", Comparison.LESS,
          "under", Comparison.LESS,
          "at least", Comparison.AT_LEAST,
          "at most", Comparison.AT_MOST);

  private final TokenReader tokens;

  MeasureParser(TokenReader tokens) {
    this.tokens = tokens;
  }

  /** Returns whether a comparison comes after so many tokens. */
  boolean comes(int ahead) {
    return measureAt(ahead) != null
        && (tokens.peek(ahead + 1).is(Token.Kind.SIGN) || wordsAt(ahead + 1) != null);
  }

  BoxCondition parse() throws SearchSyntaxException {
    Measure measure = measureAt(0);
    if (measure == null) {
      throw new IllegalStateException("no measure: " + tokens.peek());
    }
    tokens.take();
    Comparison comparison = comparison(measure);
    return new BoxCondition.OfMeasure(measure, comparison, fraction());
  }

  private Comparison comparison(Measure measure) throws SearchSyntaxException {
    String words = wordsAt(0);
    Comparison meant = words == null ? null : WORDS.get(words);
    if (words != null && meant != null) {
      tokens.skip(words.contains(" ") ? 2 : 1);
      return meant;
    }
    Token sign = tokens.take();
    Comparison comparison = FieldParser.comparison(sign);
    if (comparison == null || comparison == Comparison.EQUAL) {
      throw tokens.error(
          sign,
          "measures of boxes are hardly ever equal to a number",
          ">, >=, < or <=",
          measure.word() + " >= 20% " + measure.word() + " < 30%");
    }
    return comparison;
  }

  private BigDecimal fraction() throws SearchSyntaxException {
    Token number = tokens.peek();
    if (!number.is(Token.Kind.WORD) || !NUMBER.matcher(number.text()).matches()) {
      throw number.is(Token.Kind.END)
          ? tokens.unexpected(number, "a number such as 20% or 0.2", EXAMPLE)
          : tokens.error(
              number,
              "this is not a number from 0 to 100%",
              "a percentage such as 20%, or a fraction such as 0.2",
              EXAMPLE);
    }
    tokens.take();
    BigDecimal value = new BigDecimal(number.text());
    Token last = number;
    boolean percent = tokens.peek().is(Token.Kind.PERCENT) || tokens.peek().isWord("percent");
    if (percent) {
      last = tokens.take();
      value = value.divide(HUNDRED);
    }
    if (value.compareTo(BigDecimal.ONE) > 0) {
      throw tokens.error(
          number.start(),
          last.end(),
          percent ? "this is more than the whole" : "this is more than 1, which is the whole",
          "from 0% to 100%, or a fraction from 0 to 1",
          percent ? EXAMPLE : "dog area > " + number.text() + "%");
    }
    return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
  }

  private @Nullable Measure measureAt(int ahead) {
    for (Measure measure : Measure.values()) {
      if (tokens.peek(ahead).isWord(measure.word())) {
        return measure;
      }
    }
    return null;
  }

  private @Nullable String wordsAt(int ahead) {
    for (String words : WORDS.keySet()) {
      int length = words.contains(" ") ? 2 : 1;
      if (tokens.comes(ahead, words) && startsNumber(tokens.peek(ahead + length))) {
        return words;
      }
    }
    return null;
  }

  private static boolean startsNumber(Token token) {
    return token.is(Token.Kind.WORD) && token.text().matches("[.]?[0-9].*");
  }
}
