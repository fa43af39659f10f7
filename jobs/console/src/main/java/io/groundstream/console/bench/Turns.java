package io.groundstream.console.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the benchmark of this build and of another one in turns, each in a process of its own: this,
 * other, other, this, and so on, so that neither always runs first.
 */
public final class Turns {
  private final OtherBuild mine = OtherBuild.current();
  private final OtherBuild other;
  private final List<String> options;
  private final PrintWriter err;

  /**
   * @param options the options of both
   * @param err receives a line for each run
   */
  public Turns(OtherBuild other, List<String> options, PrintWriter err) {
    this.other = other;
    this.options = new ArrayList<>(options);
    this.err = err;
  }

  /**
   * Runs both builds {@code turns} times.
   *
   * @param measured whether the first run measures the machine's limit, which the others then take
   *     as given
   * @throws IOException if a run fails; the message says which, and shows the end of its output
   */
  public Comparison run(int turns, boolean measured) throws IOException, InterruptedException {
    Comparison comparison = new Comparison();
    for (int turn = 0; turn < turns; turn++) {
      if (turn % 2 == 0) {
        JsonNode first = run(mine, "this build", turn, turns);
        if (turn == 0 && measured) {
          addLimit(first);
        }
        comparison.add(first, run(other, "the other build", turn, turns));
      } else {
        JsonNode first = run(other, "the other build", turn, turns);
        comparison.add(run(mine, "this build", turn, turns), first);
      }
    }
    return comparison;
  }

  private void addLimit(JsonNode run) {
    JsonNode floor = run.get("floor");
    options.add("--peak-gflops=" + floor.get("gflops_per_second").asText());
    options.add("--memory-bandwidth=" + floor.get("gigabytes_per_second").asText());
  }

  private JsonNode run(OtherBuild build, String name, int turn, int turns)
      throws IOException, InterruptedException {
    String which = "Turn " + (turn + 1) + " of " + turns + ", " + name;
    try {
      JsonNode json = BenchChild.run(build, options);
      err.println(which + ": " + json.path("images_per_second").asText() + " images/s");
      err.flush();
      return json;
    } catch (IOException e) {
      throw new IOException(which + " " + e.getMessage(), e);
    }
  }
}
