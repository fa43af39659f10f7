package io.groundstream.it;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A growing series of measurements: a CSV file, and a plot of it. The first column is the
 * horizontal axis. Not thread-safe.
 */
final class Figures implements AutoCloseable {
  private static final int WIDTH = 900;
  private static final int PANEL_HEIGHT = 130;
  private static final int LEFT = 110;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int GAP = 40;
  private static final String[] COLOURS = {"#1f6feb", "#d1480b", "#1a7f37"};

  private final Writer out;
  private final List<String> columns;
  private final List<double[]> rows = new ArrayList<>();

  /** Starts a file, replacing an existing one. */
  Figures(Path csv, String... columns) throws IOException {
    Files.createDirectories(csv.toAbsolutePath().getParent());
    this.out = Files.newBufferedWriter(csv);
    this.columns = List.of(columns);
    out.write(String.join(",", columns) + "\n");
  }

  /** Appends a row with a value for each column. */
  void add(double... values) throws IOException {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "values: " + values.length + " (expected: " + columns.size() + ")");
    }
    rows.add(values);
    out.write(
        Arrays.stream(values).mapToObj(Figures::text).collect(Collectors.joining(",")) + "\n");
    out.flush();
  }

  private static String text(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }

  /**
   * Returns the median of a column over a range of rows.
   *
   * @param from the start of the range, 0 to 1
   * @param to the end of the range, 0 to 1
   */
  double median(String column, double from, double to) {
    int index = columns.indexOf(column);
    double[] values =
        rows.subList((int) (from * rows.size()), (int) Math.ceil(to * rows.size())).stream()
            .mapToDouble(row -> row[index])
            .sorted()
            .toArray();
    return values[values.length / 2];
  }

  /**
   * Plots the columns.
   *
   * @param panels from top to bottom: the names of columns that share an axis
   */
  void plot(Path svg, String title, List<List<String>> panels) throws IOException {
    int height = TOP + panels.size() * (PANEL_HEIGHT + GAP);
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n"
                + "<text x=\"%d\" y=\"18\" font-size=\"14\">%s</text>%n",
            WIDTH,
            height,
            LEFT,
            title));
    for (int i = 0; i < panels.size(); i++) {
      draw(text, panels.get(i), TOP + i * (PANEL_HEIGHT + GAP));
    }
    Files.writeString(svg, text.append("</svg>\n"));
  }

  private void draw(StringBuilder text, List<String> panel, int top) {
    int[] indexes = panel.stream().mapToInt(columns::indexOf).toArray();
    double most =
        rows.stream()
            .flatMapToDouble(row -> Arrays.stream(indexes).mapToDouble(index -> row[index]))
            .filter(value -> !Double.isNaN(value))
            .max()
            .orElse(0);
    // From zero, so that constant values look constant.
    double scale = most > 0 ? 1.1 * most : 1;
    double first = rows.get(0)[0];
    double last = rows.get(rows.size() - 1)[0];
    int width = WIDTH - LEFT - RIGHT;
    text.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#bbb\"/>%n"
                + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n"
                + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>%n"
                + "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s %s to %s</text>%n",
            LEFT,
            top,
            width,
            PANEL_HEIGHT,
            LEFT - 6,
            top + (int) (PANEL_HEIGHT * (1 - most / scale)) + 4,
            text(most),
            LEFT - 6,
            top + PANEL_HEIGHT,
            LEFT + width / 2,
            top + PANEL_HEIGHT + 15,
            columns.get(0),
            text(first),
            text(last)));
    for (int series = 0; series < indexes.length; series++) {
      int index = indexes[series];
      String points =
          rows.stream()
              .filter(row -> !Double.isNaN(row[index]))
              .map(
                  row ->
                      String.format(
                          Locale.ROOT,
                          "%.1f,%.1f",
                          LEFT + width * (row[0] - first) / Math.max(1e-9, last - first),
                          top + PANEL_HEIGHT * (1 - row[index] / scale)))
              .collect(Collectors.joining(" "));
      text.append(
          String.format(
              Locale.ROOT,
              "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.3\" points=\"%s\"/>%n"
                  + "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
              COLOURS[series % COLOURS.length],
              points,
              LEFT + 6 + 220 * series,
              top - 5,
              COLOURS[series % COLOURS.length],
              panel.get(series)));
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
