package io.groundstream.operators.search;

import java.util.List;

/** Reads a query's tokens in order. */
final class TokenReader {
  private final String query;
  private final List<Token> tokens;
  private int next;

  TokenReader(String query) throws SearchSyntaxException {
    this.query = query;
    this.tokens = QueryLexer.tokens(query);
  }

  Token peek() {
    return peek(0);
  }

  /** Returns the token after {@code ahead} others; the end token beyond the end. */
  Token peek(int ahead) {
    return tokens.get(Math.min(next + ahead, tokens.size() - 1));
  }

  Token take() {
    Token token = peek();
    next = Math.min(next + 1, tokens.size() - 1);
    return token;
  }

  void skip(int count) {
    next = Math.min(next + count, tokens.size() - 1);
  }

  boolean takeIf(Token.Kind kind) {
    boolean found = peek().is(kind);
    if (found) {
      take();
    }
    return found;
  }

  boolean takeIfWord(String word) {
    boolean found = peek().isWord(word);
    if (found) {
      take();
    }
    return found;
  }

  /** Returns whether these words, with single spaces between them, come after so many tokens. */
  boolean comes(int ahead, String words) {
    int at = ahead;
    int from = 0;
    while (from <= words.length()) {
      int space = words.indexOf(' ', from);
      int to = space < 0 ? words.length() : space;
      if (!peek(at++).isWord(words.substring(from, to))) {
        return false;
      }
      from = to + 1;
    }
    return true;
  }

  /**
   * Takes a value as it is written, up to the next space or parenthesis: its tokens may be of any
   * kind, since times and revisions have colons in them. Returns its text.
   */
  String takeRun() {
    int start = peek().start();
    int end = start;
    while (peek().start() == end && isOfRun(peek())) {
      end = take().end();
    }
    return query.substring(start, end);
  }

  private static boolean isOfRun(Token token) {
    return switch (token.kind()) {
      case WORD, COLON, PERCENT, COMMA, SIGN -> true;
      case QUOTED, OPEN, CLOSE, END -> false;
    };
  }

  /** Returns the error that the token is not what was expected. */
  SearchSyntaxException unexpected(Token token, String expected, String example) {
    String problem = token.is(Token.Kind.END) ? "the query ends here" : "this does not belong here";
    return error(token, problem, expected, example);
  }

  SearchSyntaxException error(Token token, String problem, String expected, String example) {
    return error(token.start(), token.end(), problem, expected, example);
  }

  SearchSyntaxException error(int start, int end, String problem, String expected, String example) {
    return new SearchSyntaxException(query, start, end, problem, expected, example);
  }
}
