package io.groundstream.console.cli;

import io.groundstream.jobs.cli.TextTable;
import io.groundstream.operators.index.Box;
import io.groundstream.operators.search.FoundBox;
import io.groundstream.operators.search.FoundImage;
import io.groundstream.operators.search.FoundMatch;
import io.groundstream.operators.search.FoundText;
import io.groundstream.operators.search.SearchResult;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A search result as text: a line for each image, and below it the boxes that matched. */
final class SearchTable {
  private static final int MAX_CAPTION = 100;

  /**
   * The matches shown for an image. Requests often find the same thing; the JSON has all matches.
   */
  private static final int MAX_MATCHES = 3;

  private SearchTable() {}

  static void print(SearchResult result, PrintStream out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("IMAGE", "TIME", "SCORE", "CAPTION"));
    result.images().forEach(image -> rows.add(row(image)));
    int[] widths = new int[3];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      if (i > 0 || rows.size() > 1) {
        out.println(line(rows.get(i), widths));
      }
      if (i > 0) {
        printMatches(result.images().get(i - 1), out);
      }
    }
    out.println(summary(result));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(widths[column] - length(cell) + 2));
    }
    return line.append(row.get(widths.length)).toString().stripTrailing();
  }

  private static void printMatches(FoundImage image, PrintStream out) {
    Map<String, List<FoundMatch>> byPart = new LinkedHashMap<>();
    for (FoundMatch match : image.matches()) {
      byPart.computeIfAbsent(match.part(), part -> new ArrayList<>()).add(match);
    }
    byPart.forEach(
        (part, matches) -> {
          for (FoundMatch match : matches.subList(0, Math.min(MAX_MATCHES, matches.size()))) {
            FoundBox object = match.object();
            out.println(
                "  "
                    + TextTable.plain(part)
                    + ": "
                    + box(match.subject())
                    + (object == null ? "" : ", " + box(object)));
          }
          if (matches.size() > MAX_MATCHES) {
            out.println("  " + TextTable.plain(part) + ": and more, see --json");
          }
        });
  }

  private static String summary(SearchResult result) {
    String images = result.total() == 1 ? "1 image" : result.total() + " images";
    long shown = result.images().size();
    long end = result.offset() + shown;
    if (shown == result.total()) {
      return images + " found";
    }
    return images
        + " found, "
        + (shown == 0 ? "none" : (result.offset() + 1) + " to " + end)
        + " shown"
        + (end < result.total() && shown > 0 ? "; the next with --offset " + end : "");
  }

  private static List<String> row(FoundImage image) {
    String time =
        image.eventTime() == null
            ? "-"
            : image.eventTime().truncatedTo(ChronoUnit.SECONDS).toString();
    Double score = image.score();
    return List.of(
        TextTable.plain(image.imageId()),
        time,
        score == null ? "-" : String.format(Locale.ROOT, "%.2f", score),
        caption(image));
  }

  private static String caption(FoundImage image) {
    for (FoundText text : image.texts()) {
      String words = text.caption().isBlank() ? text.answer() : text.caption();
      if (!words.isBlank()) {
        return TextTable.brief(words, MAX_CAPTION);
      }
    }
    return "";
  }

  private static String box(FoundBox found) {
    Box box = found.box();
    String place =
        String.format(
            Locale.ROOT,
            "%s at %.3f %.3f %.3f %.3f",
            found.phrase().isBlank() ? "(no phrase)" : TextTable.plain(found.phrase()),
            box.xMin(),
            box.yMin(),
            box.xMax(),
            box.yMax());
    Double confidence = found.confidence();
    return confidence == null
        ? place
        : place + String.format(Locale.ROOT, " (confidence %.3f)", confidence);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
