package io.groundstream.console.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.StringJoiner;

/** The most important figures of a measurement as text for people. */
public final class BenchText {
  private BenchText() {}

  /** Returns the machine and the speed, a line each, from the measurement's JSON object. */
  public static String of(JsonNode json) {
    StringJoiner sets = new StringJoiner(" ");
    json.at("/cpu/instruction_sets").forEach(set -> sets.add(set.asText()));
    JsonNode floor = json.get("floor");
    return String.format(
        Locale.ROOT,
        "Machine  %s, %d processors (%s); Java: %s%n"
            + "Speed    %s images/s on %s in %s with %d threads, %.0f %% of the floor%n"
            + "Floor    %s images/s, by %s GFLOP/s in %s and %s GB/s of memory, %s",
        json.at("/cpu/model").asText("unknown processor"),
        json.at("/cpu/processors").asInt(),
        sets,
        json.get("jdk").asText(),
        json.get("images_per_second").asText(),
        json.get("device").asText(),
        json.get("dtype").asText(),
        json.get("threads").asInt(),
        100 * json.get("share_of_floor").asDouble(),
        floor.get("images_per_second").asText(),
        floor.get("gflops_per_second").asText(),
        floor.get("dtype").asText(),
        floor.get("gigabytes_per_second").asText(),
        floor.get("source").asText());
  }
}
