package io.groundstream.images;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Scanner;

/** The constant tables of VP8 key frames, loaded from a resource beside this class. */
final class Vp8Tables {
  static final int[] DC_QUANTIZERS;
  static final int[] AC_QUANTIZERS;

  /** Probabilities by mode above, mode to the left and node: 10 by 10 by 9. */
  static final int[] SUBBLOCK_MODES;

  /** Probabilities by block type, band, context and node: 4 by 8 by 3 by 11. */
  static final int[] COEFFICIENTS;

  /** The probabilities that a frame changes one of {@link #COEFFICIENTS}. */
  static final int[] COEFFICIENT_UPDATES;

  static {
    Map<String, int[]> tables = load();
    DC_QUANTIZERS = table(tables, "dc-quantizers", 128);
    AC_QUANTIZERS = table(tables, "ac-quantizers", 128);
    SUBBLOCK_MODES = table(tables, "subblock-mode-probabilities", 900);
    COEFFICIENTS = table(tables, "coefficient-probabilities", 1056);
    COEFFICIENT_UPDATES = table(tables, "coefficient-update-probabilities", 1056);
  }

  private Vp8Tables() {}

  private static int[] table(Map<String, int[]> tables, String name, int length) {
    int[] table = tables.get(name);
    if (table == null || table.length != length) {
      throw new IllegalStateException("vp8-tables.txt: " + name + " (expected: " + length + ")");
    }
    return table;
  }

  private static Map<String, int[]> load() {
    Map<String, int[]> tables = new HashMap<>();
    InputStream resource = Vp8Tables.class.getResourceAsStream("vp8-tables.txt");
    if (resource == null) {
      throw new IllegalStateException("vp8-tables.txt: missing beside " + Vp8Tables.class);
    }
    StringBuilder text = new StringBuilder();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#")) {
          text.append(line).append('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (Scanner scanner = new Scanner(text.toString())) {
      while (scanner.hasNext()) {
        String name = scanner.next();
        int[] numbers = new int[scanner.nextInt()];
        for (int index = 0; index < numbers.length; index++) {
          numbers[index] = scanner.nextInt();
        }
        tables.put(name, numbers);
      }
    }
    return tables;
  }
}
