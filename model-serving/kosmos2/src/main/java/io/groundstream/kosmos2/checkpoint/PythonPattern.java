package io.groundstream.kosmos2.checkpoint;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that an adapter's configuration applies to names of modules. The
 * configuration may come from anywhere, so the length of the expression and the effort of a match
 * are limited: some expressions take exponential time.
 */
final class PythonPattern {
  private static final int MAX_LENGTH = 4096;

  /** A match of a useful expression with a module's name reads some hundred characters. */
  private static final int MAX_READS = 1_000_000;

  private final Pattern pattern;

  private PythonPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles an expression in Python's syntax, as far as it equals Java's.
   *
   * @throws IllegalArgumentException with what is wrong if the expression is invalid or too long
   */
  static PythonPattern compile(String expression) {
    if (expression.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          expression.length() + " characters, at most " + MAX_LENGTH);
    }
    try {
      return new PythonPattern(Pattern.compile(expression.replace("(?P<", "(?<")));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getDescription(), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("nested too deeply", e);
    }
  }

  /**
   * Returns whether the whole name matches.
   *
   * @throws IllegalArgumentException if the match takes too long
   */
  boolean matches(String name) {
    try {
      return pattern.matcher(new Counted(name)).matches();
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("nested too deeply", e);
    }
  }

  /** A text that can be read a limited number of times. */
  private static final class Counted implements CharSequence {
    private final String text;
    private int reads;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++reads > MAX_READS) {
        throw new IllegalArgumentException("takes too long to match " + text);
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
