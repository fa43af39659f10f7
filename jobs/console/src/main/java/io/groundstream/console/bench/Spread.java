package io.groundstream.console.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** The smallest, median and largest of some numbers. */
record Spread(double min, double median, double max) {
  /** Returns the spread of at least one number. */
  static Spread of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }

  /** Adds an object with the three numbers. */
  void addTo(ObjectNode json, String name) {
    ObjectNode node = json.putObject(name);
    node.put("min", BenchJson.rounded(min));
    node.put("median", BenchJson.rounded(median));
    node.put("max", BenchJson.rounded(max));
  }
}
