package io.groundstream.operators.archive.manifest;

import io.groundstream.operators.archive.columns.ColumnException;
import io.groundstream.operators.archive.columns.ImageNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a CSV file, detected from its first lines.
 *
 * @param delimiter the character between fields
 * @param carriageReturns whether lines end with a carriage return alone
 * @param columns the column names; empty for a column without a name, whose values are ignored
 */
public record CsvLayout(char delimiter, boolean carriageReturns, List<String> columns) {
  /** The delimiters to detect, the most usual first. */
  private static final List<Character> DELIMITERS = List.of(',', ';', '\t', '|');

  /** The line that states the delimiter for Excel. */
  private static final Pattern EXCEL = Pattern.compile("\"?sep=(.)\"?", Pattern.CASE_INSENSITIVE);

  public CsvLayout {
    columns = List.copyOf(columns);
  }

  /** Returns the delimiter that an Excel line before the header states; null for any other line. */
  static @Nullable Character excelDelimiter(String line) {
    Matcher excel = EXCEL.matcher(line.strip());
    return excel.matches() ? Character.valueOf(excel.group(1).charAt(0)) : null;
  }

  /**
   * Detects the delimiter of a header: one that yields a reference column, else the most frequent.
   */
  static char delimiter(String header, ImageNames images) {
    char best = DELIMITERS.get(0);
    int most = 0;
    for (char delimiter : DELIMITERS) {
      List<String> names = CsvParser.fields(header, delimiter);
      if (names == null) {
        continue;
      }
      try {
        if (images.reference(names.stream().map(String::strip).toList()) != null
            && (names.size() > 1 || DELIMITERS.stream().noneMatch(other -> has(header, other)))) {
          return delimiter;
        }
      } catch (ColumnException e) {
        return delimiter;
      }
      if (names.size() > most) {
        best = delimiter;
        most = names.size();
      }
    }
    return best;
  }

  private static boolean has(String header, char delimiter) {
    return header.indexOf(delimiter) >= 0;
  }

  /** Returns stripped names; repeated ones get a number, as in pandas. */
  static List<String> distinct(List<String> header) {
    List<String> names = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    header.forEach(name -> taken.add(name.strip()));
    Set<String> seen = new HashSet<>();
    for (String cell : header) {
      String name = cell.strip();
      if (!name.isEmpty() && !seen.add(name)) {
        int number = 1;
        while (!taken.add(name + "." + number)) {
          number++;
        }
        name = name + "." + number;
      }
      names.add(name);
    }
    return names;
  }
}
