package io.groundstream.console.cli;

import io.groundstream.jobs.cli.TextTable;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.CandidateScore.Ranking;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The scores of texts for people: the best one first, with the log probability of each token. */
final class ScoreTable {
  private static final int MAX_TEXT = 60;

  private ScoreTable() {}

  /**
   * Prints the scores of one image.
   *
   * @param name the image's name; null without an image
   * @param tokenTexts returns the texts of token ids
   */
  static void print(
      @Nullable String name,
      String prompt,
      List<CandidateScore> scores,
      Ranking ranking,
      Function<int[], List<String>> tokenTexts,
      PrintStream out) {
    String subject = name == null ? "" : TextTable.plain(name) + ": ";
    out.println(subject + TextTable.plain(prompt));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("", "SUM", "MEAN", "TEXT", "TOKENS"));
    Comparator<CandidateScore> better =
        Comparator.comparingDouble(score -> ranking == Ranking.SUM ? score.sum() : score.mean());
    scores.stream()
        .sorted(better.reversed())
        .forEach(score -> rows.add(row(rows.size(), score, tokenTexts.apply(score.tokens()))));
    TextTable.print(rows, out);
  }

  private static List<String> row(int rank, CandidateScore score, List<String> tokens) {
    List<String> cells =
        IntStream.range(0, tokens.size())
            .mapToObj(token -> tokens.get(token).strip() + " " + number(score, token))
            .toList();
    return List.of(
        Integer.toString(rank),
        number(score.sum()),
        number(score.mean()),
        TextTable.brief(score.text(), MAX_TEXT),
        String.join("  ", cells));
  }

  private static String number(CandidateScore score, int token) {
    return number(score.logProbabilities()[token]);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
