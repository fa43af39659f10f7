package io.groundstream.kosmos2.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.program.RowLogits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Equality with the reference is tested with a real model; these are properties. */
final class BeamSearchTest {
  private static final int END = 0;
  private static final int VOCABULARY = 6;
  private static final int[] PROMPT = {5, 5};

  /** A distribution that depends on the last two tokens alone. */
  private static RowLogits logits(long seed, int previous, int last) {
    Random random = new Random(seed * 1000 + previous * 10L + last);
    float[] values = new float[VOCABULARY];
    double total = 0;
    for (int token = 0; token < VOCABULARY; token++) {
      values[token] = (float) random.nextGaussian() * 2;
      total += Math.exp(values[token]);
    }
    return new RowLogits(values, (float) Math.log(total));
  }

  private static BeamSearch search(int beams, double lengthPenalty, int most, TokenRules rules) {
    return new BeamSearch(
        beams,
        lengthPenalty,
        PROMPT,
        most,
        END,
        ProcessorChain.of(1, 0, 0, END, rules),
        rules.stop());
  }

  /** Runs a search as the engine does, with the histories that the slots of the beams have. */
  private static int[] run(BeamSearch search, long seed) throws GroundingException {
    search.restart();
    List<int[]> histories = new ArrayList<>();
    for (int beam = 0; beam < search.beams(); beam++) {
      histories.add(PROMPT);
    }
    search.advance(List.of(logits(seed, 5, 5)));
    while (!search.hasEnded()) {
      List<int[]> next = new ArrayList<>();
      List<RowLogits> rows = new ArrayList<>();
      for (int beam = 0; beam < search.beams(); beam++) {
        int[] history = histories.get(search.parent(beam));
        int[] longer = Arrays.copyOf(history, history.length + 1);
        longer[history.length] = search.lastToken(beam);
        next.add(longer);
        rows.add(logits(seed, history[history.length - 1], search.lastToken(beam)));
      }
      histories = next;
      search.advance(rows);
    }
    return search.bestTokens();
  }

  /** The best answer of all, found by trying each. */
  private static double best(
      long seed, int previous, int last, int depth, int most, double penalty, double score) {
    RowLogits row = logits(seed, previous, last);
    double best = Double.NEGATIVE_INFINITY;
    for (int token = 0; token < VOCABULARY; token++) {
      double longer = score + row.values()[token] - row.logTotal();
      double found =
          token == END || depth == most
              ? longer / Math.pow(depth, penalty)
              : best(seed, last, token, depth + 1, most, penalty, longer);
      best = Math.max(best, found);
    }
    return best;
  }

  private static double score(long seed, int[] tokens, double penalty) {
    double score = 0;
    int previous = 5;
    int last = 5;
    for (int token : tokens) {
      RowLogits row = logits(seed, previous, last);
      score += row.values()[token] - row.logTotal();
      previous = last;
      last = token;
    }
    return score / Math.pow(tokens.length, penalty);
  }

  /** Without a length penalty, scores fall, so that a wide search misses nothing. */
  @Test
  void aWideSearchFindsTheBestAnswerOfAll() throws Exception {
    for (long seed = 0; seed < 200; seed++) {
      int[] found = run(search(216, 0, 4, TokenRules.NONE), seed);
      assertThat(score(seed, found, 0)).isCloseTo(best(seed, 5, 5, 1, 4, 0, 0), within(1e-4));
    }
  }

  /** Such scores are smaller than that of no answer at all, which must not win. */
  @Test
  void anExtremePenaltyStillEndsWithAnAnswer() throws Exception {
    for (long seed = 0; seed < 50; seed++) {
      for (double penalty : new double[] {-10, 10}) {
        int[] found = run(search(3, penalty, 40, TokenRules.NONE), seed);
        assertThat(found).isNotEmpty();
        assertThat(found[found.length - 1] == END || found.length == 40).isTrue();
      }
    }
  }

  @Test
  void moreBeamsAreSeldomWorseAndAPenaltyChangesTheLength() throws Exception {
    double narrow = 0;
    double wide = 0;
    int shortest = 0;
    int longest = 0;
    for (long seed = 0; seed < 200; seed++) {
      narrow += score(seed, run(search(2, 1, 12, TokenRules.NONE), seed), 1);
      wide += score(seed, run(search(10, 1, 12, TokenRules.NONE), seed), 1);
      shortest += run(search(4, -2, 12, TokenRules.NONE), seed).length;
      longest += run(search(4, 3, 12, TokenRules.NONE), seed).length;
    }
    assertThat(wide).isGreaterThan(narrow);
    assertThat(longest).isGreaterThan(2 * shortest);
  }

  @Test
  void aSearchThatStartsAgainFindsTheSame() throws Exception {
    BeamSearch search = search(3, 1, 12, TokenRules.NONE);
    int[] first = run(search, 3);
    search.restart();
    search.advance(List.of(logits(4, 5, 5)));
    assertThat(run(search, 3)).isEqualTo(first);
    assertThat(search.bestProbabilities()).hasSameSizeAs(first);
    RowLogits row = logits(3, 5, 5);
    assertThat(search.bestProbabilities()[0]).isEqualTo(row.probability(first[0]));
  }

  /** Fewer continuations than beams. */
  @Test
  void aRuleMayLeaveASingleToken() throws Exception {
    LogitsProcessor rule =
        (scores, tokens) -> {
          for (int token = 0; token < scores.length; token++) {
            if (token != (tokens.newTokens() < 3 ? 2 : END)) {
              scores[token] = Float.NEGATIVE_INFINITY;
            }
          }
        };
    int[] found = run(search(4, 1, 12, TokenRules.NONE.and(rule)), 1);
    assertThat(found).containsExactly(2, 2, 2, END);
    LogitsProcessor nothing = (scores, tokens) -> Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> run(search(4, 1, 12, TokenRules.NONE.and(nothing)), 1))
        .isInstanceOf(GroundingException.class)
        .hasMessageContaining("no token is left after 0 generated ones");
  }

  @Test
  void aStopConditionEndsAnswers() throws Exception {
    TokenRules rules = new TokenRules(List.of(), tokens -> tokens.get(tokens.length() - 1) == 3);
    for (long seed = 0; seed < 50; seed++) {
      int[] found = run(search(3, 1, 12, rules), seed);
      for (int i = 0; i < found.length - 1; i++) {
        assertThat(found[i]).isNotIn(3, END);
      }
    }
  }
}
