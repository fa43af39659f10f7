package io.groundstream.operators.archive.manifest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits the lines of one row into fields. A field that begins with a quote ends with one; within
 * it, a quote is doubled or, if so configured, follows a backslash. Elsewhere quotes are ordinary
 * characters, as in {@code 5" disk}.
 */
final class CsvParser {
  private enum State {
    START,
    PLAIN,
    QUOTED,
    CLOSED
  }

  private final char delimiter;
  private final boolean backslashes;
  private final List<String> fields = new ArrayList<>();
  private final StringBuilder field = new StringBuilder();
  private State state = State.START;

  CsvParser(char delimiter, boolean backslashes) {
    this.delimiter = delimiter;
    this.backslashes = backslashes;
  }

  /** Returns the fields of a one-line row; null if it is broken or continues in the next line. */
  static @Nullable List<String> fields(String line, char delimiter) {
    CsvParser parser = new CsvParser(delimiter, /* backslashes= */ false);
    return parser.take(line) && !parser.isOpen() ? parser.fields() : null;
  }

  /**
   * Takes the next line of the row.
   *
   * @return false if text follows a closing quote, so that the row is broken
   */
  boolean take(String line) {
    if (state == State.QUOTED) {
      field.append('\n');
    }
    int at = 0;
    while (at < line.length()) {
      char letter = line.charAt(at);
      boolean more = at + 1 < line.length();
      if (state == State.QUOTED) {
        if (backslashes && letter == '\\' && more) {
          at++;
          field.append(line.charAt(at));
        } else if (letter != '"') {
          field.append(letter);
        } else if (more && line.charAt(at + 1) == '"') {
          at++;
          field.append('"');
        } else {
          state = State.CLOSED;
        }
      } else if (letter == delimiter) {
        endField();
      } else if (state == State.START && letter == '"') {
        state = State.QUOTED;
      } else if (state == State.CLOSED) {
        if (letter != ' ') {
          return false;
        }
      } else {
        state = State.PLAIN;
        field.append(letter);
      }
      at++;
    }
    return true;
  }

  private void endField() {
    fields.add(field.toString());
    field.setLength(0);
    state = State.START;
  }

  /** Returns whether a quote is open, so that the row continues in the next line. */
  boolean isOpen() {
    return state == State.QUOTED;
  }

  /** Ends the row and returns its fields. */
  List<String> fields() {
    endField();
    return fields;
  }
}
