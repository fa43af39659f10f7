package io.groundstream.operators.search;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads conditions on an image's fields, such as {@code attribute:camera=front}. */
final class FieldParser {
  private static final String ATTRIBUTE = "attribute";
  private static final String TIME = "time";
  private static final String ATTRIBUTE_EXAMPLE = "attribute:camera=front";

  private final TokenReader tokens;

  FieldParser(TokenReader tokens) {
    this.tokens = tokens;
  }

  /** Returns whether a field comes next, known or not. */
  boolean comes() {
    return comesAt(tokens, 0) && !new MeasureParser(tokens).comes(0);
  }

  /** Returns whether after so many tokens there is a word that a colon or a sign follows. */
  static boolean comesAt(TokenReader tokens, int ahead) {
    Token after = tokens.peek(ahead + 1);
    return tokens.peek(ahead).is(Token.Kind.WORD)
        && (after.is(Token.Kind.COLON) || after.is(Token.Kind.SIGN));
  }

  Query parse() throws SearchSyntaxException {
    Token name = tokens.take();
    String word = name.lowerCase();
    if (word.equals(TIME)) {
      return TimeParser.parse(tokens);
    }
    for (TextField field : TextField.values()) {
      if (word.equals(field.word())) {
        takeColon(word);
        return text(field);
      }
    }
    for (KeywordField field : KeywordField.values()) {
      if (word.equals(field.word())) {
        takeColon(word);
        Value value = value(word + ":" + exampleOf(field));
        return new Query.Keyword(field, value.text, value.prefix);
      }
    }
    if (word.equals(ATTRIBUTE)) {
      takeColon(word);
      return attribute();
    }
    throw tokens.error(
        name,
        name.text() + " is not a field",
        known()
            + ", or a measure of a box: "
            + Arrays.stream(Measure.values()).map(Measure::word).collect(Collectors.joining(", ")),
        ATTRIBUTE_EXAMPLE);
  }

  private Query text(TextField field) throws SearchSyntaxException {
    String example = field.word() + ":\"dog in the snow\"";
    Token token = tokens.peek();
    if (token.is(Token.Kind.QUOTED)) {
      return new Query.Text(field, new Phrase(tokens.take().text(), true));
    }
    if (!token.is(Token.Kind.WORD)) {
      throw tokens.unexpected(token, "a word, or words in quotes", example);
    }
    return new Query.Text(field, new Phrase(tokens.take().text(), false));
  }

  private Query attribute() throws SearchSyntaxException {
    String key;
    if (tokens.peek().is(Token.Kind.QUOTED) || tokens.peek().is(Token.Kind.WORD)) {
      key = tokens.take().text();
    } else {
      throw tokens.unexpected(tokens.peek(), "the attribute's name", ATTRIBUTE_EXAMPLE);
    }
    Token sign = tokens.peek();
    if (sign.is(Token.Kind.COLON)) {
      throw tokens.error(sign, "a second colon", "= and the value", ATTRIBUTE_EXAMPLE);
    }
    if (!sign.is(Token.Kind.SIGN)) {
      return new Query.Attribute(key, null, false);
    }
    if (comparison(sign) != Comparison.EQUAL) {
      throw tokens.error(
          sign, "attributes are texts, which are equal or not", "=", ATTRIBUTE_EXAMPLE);
    }
    tokens.take();
    Value value = value(ATTRIBUTE_EXAMPLE);
    return new Query.Attribute(key, value.text, value.prefix);
  }

  /** A value; an asterisk at the end of one without quotes stands for any continuation. */
  private record Value(String text, boolean prefix) {}

  private Value value(String example) throws SearchSyntaxException {
    Token token = tokens.peek();
    if (token.is(Token.Kind.QUOTED)) {
      return new Value(tokens.take().text(), false);
    }
    String run = tokens.takeRun();
    if (run.isEmpty()) {
      throw tokens.unexpected(token, "a value; one with spaces goes into quotes", example);
    }
    int star = run.indexOf('*');
    if (star >= 0 && (star < run.length() - 1 || run.length() == 1)) {
      throw tokens.error(
          token.start() + star,
          token.start() + star + 1,
          "an asterisk stands for whatever follows, and only at the end",
          "the beginning, then *; or quotes where the asterisk is part of the value",
          "image:scene-0*");
    }
    return star < 0 ? new Value(run, false) : new Value(run.substring(0, star), true);
  }

  /** Takes the colon after a field's name, or an equals sign, which means the same. */
  private void takeColon(String word) throws SearchSyntaxException {
    Token sign = tokens.take();
    if (!sign.is(Token.Kind.COLON) && comparison(sign) != Comparison.EQUAL) {
      throw tokens.error(
          sign, word + " is a text, which is neither more nor less", "a colon", word + ":…");
    }
  }

  static @Nullable Comparison comparison(Token sign) {
    for (Comparison comparison : Comparison.values()) {
      if (sign.is(Token.Kind.SIGN) && comparison.sign().equals(sign.text())) {
        return comparison;
      }
    }
    return null;
  }

  private static String exampleOf(KeywordField field) {
    return switch (field) {
      case TASK -> "grounded-caption";
      case ERROR -> "context-overflow";
      case MODEL -> "kosmos-2";
      case REVISION -> "sha256:9f86*";
      case IMAGE -> "scene-0*";
      case EVENT -> "scene-001.jpg";
      case ORIGIN -> "image-events";
    };
  }

  private static String known() {
    return Stream.of(
            Stream.of(ATTRIBUTE, TIME),
            Arrays.stream(TextField.values()).map(TextField::word),
            Arrays.stream(KeywordField.values()).map(KeywordField::word))
        .flatMap(words -> words)
        .map(word -> word.toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
