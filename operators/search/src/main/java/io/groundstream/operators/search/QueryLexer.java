package io.groundstream.operators.search;

import java.util.ArrayList;
import java.util.List;

/** Splits a query's text into tokens; the last one is always the end. */
final class QueryLexer {
  private static final String SPECIAL = "()<>=!:%,\"“”";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int position;

  private QueryLexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) throws SearchSyntaxException {
    return new QueryLexer(text).run();
  }

  private List<Token> run() throws SearchSyntaxException {
    while (true) {
      while (position < text.length() && isSpace(text.charAt(position))) {
        position++;
      }
      if (position == text.length()) {
        tokens.add(new Token(Token.Kind.END, "", position, position));
        return tokens;
      }
      tokens.add(next());
    }
  }

  private Token next() throws SearchSyntaxException {
    int start = position;
    char c = text.charAt(start);
    return switch (c) {
      case '(' -> sign(Token.Kind.OPEN, 1);
      case ')' -> sign(Token.Kind.CLOSE, 1);
      case ':' -> sign(Token.Kind.COLON, 1);
      case '%' -> sign(Token.Kind.PERCENT, 1);
      case ',' -> sign(Token.Kind.COMMA, 1);
      case '=' -> sign(Token.Kind.SIGN, 1);
      case '<', '>' -> sign(Token.Kind.SIGN, text.startsWith("=", start + 1) ? 2 : 1);
      case '!' ->
          throw error(
              start,
              start + (text.startsWith("=", start + 1) ? 2 : 1),
              "! has no meaning here",
              "the word not",
              "not attribute:camera=front");
      case '"', '“', '”' -> quoted();
      default -> word();
    };
  }

  private Token sign(Token.Kind kind, int length) {
    int start = position;
    position += length;
    return new Token(kind, text.substring(start, position), start, position);
  }

  private Token word() throws SearchSyntaxException {
    int start = position;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (isSpace(c) || SPECIAL.indexOf(c) >= 0) {
        break;
      }
      step();
    }
    return new Token(Token.Kind.WORD, text.substring(start, position), start, position);
  }

  private Token quoted() throws SearchSyntaxException {
    int start = position++;
    // A typographic quote closes a typographic quote, so that text from a word processor works.
    boolean plain = text.charAt(start) == '"';
    StringBuilder content = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position);
      if (plain ? c == '"' : c == '”' || c == '“') {
        position++;
        if (content.toString().isBlank()) {
          throw error(start, position, "there is nothing in the quotes", "words", "\"large dog\"");
        }
        return new Token(Token.Kind.QUOTED, content.toString(), start, position);
      }
      if (c == '\\'
          && position + 1 < text.length()
          && "\"“”\\".indexOf(text.charAt(position + 1)) >= 0) {
        position++;
        content.append(text.charAt(position++));
      } else {
        int from = position;
        step();
        content.append(text, from, position);
      }
    }
    throw error(
        start,
        start + 1,
        "this quote is never closed",
        (plain ? "a second \"" : "a closing ”") + " after the words",
        "\"large dog\" near tree");
  }

  /** Skips one code point. */
  private void step() throws SearchSyntaxException {
    int codePoint = text.codePointAt(position);
    int length = Character.charCount(codePoint);
    if (length == 1 && Character.isSurrogate((char) codePoint)) {
      throw error(
          position, position + 1, "this is half a character", "whole characters", "dog near tree");
    }
    position += length;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
  }

  private SearchSyntaxException error(
      int start, int end, String problem, String expected, String example) {
    return new SearchSyntaxException(text, start, end, problem, expected, example);
  }
}
