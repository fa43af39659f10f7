package io.groundstream.sql.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.jspecify.annotations.Nullable;

/** Splits scripts into statements, and executes those of Flink's SQL client as well. */
public final class SqlScript {
  private static final Pattern SET =
      Pattern.compile("SET\\s+'([^']+)'\\s*=\\s*'((?:[^']|'')*)'", Pattern.CASE_INSENSITIVE);
  private static final Pattern STATEMENT_SET =
      Pattern.compile(
          "(EXPLAIN\\s.*|EXECUTE\\s+)?STATEMENT\\s+SET\\s+BEGIN\\s.*|BEGIN\\s+STATEMENT\\s+SET\\s*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private SqlScript() {}

  /**
   * Returns the statements of a script without the semicolons after them. A semicolon within
   * quotes, within a comment, or between {@code STATEMENT SET BEGIN} and {@code END} ends none.
   */
  public static List<String> split(String script) {
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    int at = 0;
    while (at < script.length()) {
      int end = endOfToken(script, at);
      String token = script.substring(at, end);
      at = end;
      if (token.startsWith("--") || token.startsWith("/*")) {
        // A hint is a part of the statement, a comment is not.
        statement.append(token.startsWith("/*+") ? token : " ");
      } else if (token.equals(";") && !isOpenSet(statement.toString())) {
        add(statement.toString(), statements);
        statement.setLength(0);
      } else {
        statement.append(token);
      }
    }
    add(statement.toString(), statements);
    return statements;
  }

  private static void add(String statement, List<String> statements) {
    if (!statement.isBlank()) {
      statements.add(statement.strip());
    }
  }

  private static boolean isOpenSet(String statement) {
    String text = statement.strip();
    return STATEMENT_SET.matcher(text).matches() && !text.toUpperCase(Locale.ROOT).endsWith("END");
  }

  /** Returns the end of a quoted text, of a comment, or of a single character. */
  private static int endOfToken(String script, int begin) {
    char first = script.charAt(begin);
    if (first == '\'' || first == '`' || first == '"') {
      return after(script, String.valueOf(first), begin + 1);
    }
    if (script.startsWith("--", begin)) {
      int end = script.indexOf('\n', begin);
      return end < 0 ? script.length() : end;
    }
    return script.startsWith("/*", begin) ? after(script, "*/", begin + 2) : begin + 1;
  }

  private static int after(String script, String end, int from) {
    int at = script.indexOf(end, from);
    return at < 0 ? script.length() : at + end.length();
  }

  /**
   * Executes one statement.
   *
   * @return its result; null for {@code SET 'key' = 'value'}, which sets an option of the session
   */
  public static @Nullable TableResult execute(TableEnvironment tables, String statement) {
    Matcher set = SET.matcher(statement);
    if (set.matches()) {
      tables.getConfig().set(set.group(1), set.group(2).replace("''", "'"));
      return null;
    }
    return tables.executeSql(statement);
  }
}
