package io.groundstream.evaluation.metric;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Speaks METEOR's protocol on standard input and output; compares whole captions only. */
public final class MeteorProgram {
  private MeteorProgram() {}

  /** Answers each SCORE line with statistics, and an EVAL line with a score each and their mean. */
  public static void main(String[] arguments) throws IOException {
    if (!Arrays.asList(arguments).equals(List.of("-", "-", "-stdio", "-l", "en", "-norm"))) {
      throw new IllegalArgumentException(String.join(" ", arguments));
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      List<String> parts = new ArrayList<>(List.of(line.split(" \\|\\|\\| ", -1)));
      if (parts.remove(0).equals("SCORE")) {
        String candidate = parts.remove(parts.size() - 1);
        System.out.println(parts.contains(candidate) ? "1.0" : "0.0");
      } else {
        parts.forEach(System.out::println);
        System.out.println(parts.stream().mapToDouble(Double::parseDouble).average().orElseThrow());
      }
    }
  }
}
