package io.groundstream.console.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static ObjectNode run(double speed, double idle) {
    ObjectNode json = BenchJson.object();
    json.put("images_per_second", speed);
    json.putObject("time_split_seconds").put("idle", idle);
    return json;
  }

  @Test
  void aRatioIsThatOfATurn() {
    Comparison comparison = new Comparison();
    // The machine becomes slower, but the first build is always a quarter faster or more.
    comparison.add(run(10, 1), run(8, 0));
    comparison.add(run(5, 1), run(4, 1));
    comparison.add(run(3, 1), run(2, 1));
    ObjectNode json = BenchJson.object();
    comparison.addTo(json);
    assertThat(json.at("/turns").asInt()).isEqualTo(3);
    assertThat(numbers(json.at("/this/images_per_second"))).containsExactly(3, 5, 10);
    assertThat(numbers(json.at("/other/images_per_second"))).containsExactly(2, 4, 8);
    assertThat(numbers(json.at("/ratio/images_per_second"))).containsExactly(1.25, 1.25, 1.5);
    assertThat(numbers(json.at("/other/time_split_seconds.idle"))).containsExactly(0, 1, 1);
    // Nothing can be said about a ratio to 0.
    assertThat(json.get("ratio").has("time_split_seconds.idle")).isFalse();
    assertThat(json.at("/other/runs")).hasSize(3);
    assertThat(comparison.text().lines())
        .hasSize(3)
        .anyMatch(line -> line.matches("images_per_second .* 1\\.250 +1\\.250 +1\\.500"))
        .anyMatch(line -> line.matches("time_split_seconds.idle .* -"));
  }

  @Test
  void whatAnEarlierBuildDoesNotReportIsLeftOut() {
    ObjectNode mine = run(1, 1);
    mine.putObject("memory").put("resident_bytes", 1);
    Comparison comparison = new Comparison();
    comparison.add(mine, run(2, 1));
    ObjectNode json = BenchJson.object();
    comparison.addTo(json);
    assertThat(json.get("ratio").has("images_per_second")).isTrue();
    assertThat(json.get("this").has("memory.resident_bytes")).isFalse();
    assertThat(json.at("/this/runs/0/memory/resident_bytes").asInt()).isEqualTo(1);
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertThat(Spread.of(4, 1, 3, 2)).isEqualTo(new Spread(1, 2.5, 4));
  }

  private static double[] numbers(JsonNode spread) {
    return new double[] {
      spread.get("min").asDouble(), spread.get("median").asDouble(), spread.get("max").asDouble()
    };
  }
}
