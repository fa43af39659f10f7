package io.groundstream.console.cli;

import io.groundstream.kosmos2.text.CandidateScore.Ranking;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Texts that the model compares in place of generating one. */
final class ScoringMixin {
  @Option(
      names = "--score",
      paramLabel = "TEXT",
      description =
          "Generate nothing, and say how probable this text is after the prompt of the task."
              + " Repeatable; all texts cost one encoding of the image and one reading of the"
              + " prompt.")
  private List<String> candidates = new ArrayList<>();

  @Option(
      names = "--ranking",
      paramLabel = "sum|mean",
      description =
          "With --score: the best text has the highest sum of its tokens' log probabilities, or the"
              + " highest mean, which does not favour short texts (default: sum).")
  private Ranking ranking = Ranking.SUM;

  @Option(
      names = "--table",
      description = "With --score: print a table of texts and tokens in place of JSON.")
  private boolean table;

  List<String> candidates() {
    return candidates;
  }

  Ranking ranking() {
    return ranking;
  }

  boolean table() {
    return table;
  }
}
