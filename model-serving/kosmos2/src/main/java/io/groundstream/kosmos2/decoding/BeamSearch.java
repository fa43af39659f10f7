package io.groundstream.kosmos2.decoding;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.program.RowLogits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The beam search of one request, as in {@code _beam_search} of transformers 5.18 with {@code
 * early_stopping=False} and {@code do_sample=False}: each step continues the beams by the best
 * tokens of all of them together, and the search ends when the best running beam cannot become
 * better than the worst of the finished answers, at its current length. Scores are 32-bit numbers
 * as there, so that the same beams win. Of equal scores, the first beam's lowest token wins.
 *
 * <p>Not thread-safe.
 */
public final class BeamSearch {
  /** The reference's score of what must not win, in place of negative infinity. */
  private static final float NEVER = -1e9f;

  private final int beams;
  private final double lengthPenalty;
  private final int promptLength;
  private final int maxLength;
  private final int endToken;
  private final ProcessorChain processors;
  private final TokenRules.@Nullable StopCondition stop;

  private final int[] prompt;

  /** For each beam, its prompt and answer. */
  private int[][] tokens;

  private float[][] probabilities;
  private float[] scores;
  private int[] parents;
  private List<Hypothesis> finished;
  private int length;
  private boolean ended;

  /** A continuation of a beam by one token. */
  private record Candidate(int beam, int token, float score) {}

  /**
   * @param beams at least 2
   * @param lengthPenalty the exponent of the length by which scores are divided
   * @param maxNewTokens the maximum number of generated tokens
   * @param endToken the token that ends an answer; negative if none does
   * @param stop ends an answer, too; null for none
   */
  public BeamSearch(
      int beams,
      double lengthPenalty,
      int[] prompt,
      int maxNewTokens,
      int endToken,
      ProcessorChain processors,
      TokenRules.@Nullable StopCondition stop) {
    this.beams = beams;
    this.lengthPenalty = lengthPenalty;
    this.prompt = prompt;
    this.promptLength = prompt.length;
    this.maxLength = prompt.length + maxNewTokens;
    this.endToken = endToken;
    this.processors = processors;
    this.stop = stop;
    this.tokens = new int[0][];
    this.probabilities = new float[0][];
    this.scores = new float[0];
    this.parents = new int[0];
    this.finished = List.of();
    restart();
  }

  /** Discards all generated tokens. */
  public void restart() {
    tokens = new int[beams][];
    probabilities = new float[beams][];
    for (int beam = 0; beam < beams; beam++) {
      tokens[beam] = Arrays.copyOf(prompt, maxLength);
      probabilities[beam] = new float[maxLength - promptLength];
    }
    scores = new float[beams];
    // The beams are equal at first, so that only one may be continued.
    Arrays.fill(scores, 1, beams, NEVER);
    parents = new int[beams];
    Hypothesis none = new Hypothesis(NEVER, false, prompt, promptLength, new float[0]);
    finished = new ArrayList<>();
    for (int beam = 0; beam < beams; beam++) {
      finished.add(none);
    }
    length = promptLength;
    ended = false;
  }

  /** Returns the number of beams. */
  public int beams() {
    return beams;
  }

  /** Returns whether the search has ended, so that {@link #bestTokens} is known. */
  public boolean hasEnded() {
    return ended;
  }

  /** Returns the number of tokens of each running beam, including the prompt's. */
  public int length() {
    return length;
  }

  /** Returns the last token of a running beam. */
  public int lastToken(int beam) {
    return tokens[beam][length - 1];
  }

  /** Returns the beam that was continued, in the last step, to what is now the given beam. */
  public int parent(int beam) {
    return parents[beam];
  }

  /**
   * Continues the beams by one token.
   *
   * @param logits the logits of each beam's next token; in the first step, which all beams share,
   *     those of the prompt alone
   * @throws GroundingException if the processors exclude all tokens of all beams
   */
  public void advance(List<RowLogits> logits) throws GroundingException {
    boolean first = length == promptLength;
    List<Candidate> candidates = new ArrayList<>(2 * beams + 1);
    float[] shared = first ? logProbabilities(logits.get(0), 0) : new float[0];
    for (int beam = 0; beam < beams; beam++) {
      if (scores[beam] > Float.NEGATIVE_INFINITY) {
        collect(candidates, beam, first ? shared : logProbabilities(logits.get(beam), beam));
      }
    }
    if (candidates.isEmpty()) {
      endWithoutCandidates();
      return;
    }
    int newTokens = length + 1 - promptLength;
    List<Hypothesis> continued = new ArrayList<>();
    boolean[] hits = new boolean[candidates.size()];
    boolean allHit = true;
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      Hypothesis next = continuation(candidate, logits.get(first ? 0 : candidate.beam()));
      continued.add(next);
      hits[i] = stops(next);
      allHit &= hits[i];
    }
    run(candidates, continued, hits);
    finish(continued, hits, (float) Math.pow(newTokens, lengthPenalty));
    length++;
    ended = allHit || !mayImprove();
  }

  /** Returns the tokens of the best answer. */
  public int[] bestTokens() {
    Hypothesis best = finished.get(0);
    return Arrays.copyOfRange(best.tokens(), promptLength, best.length());
  }

  /** Returns the softmax of the raw logits at each token of the best answer. */
  public float[] bestProbabilities() {
    return finished.get(0).probabilities();
  }

  private float[] logProbabilities(RowLogits logits, int beam) throws GroundingException {
    float[] row = new float[logits.values().length];
    for (int token = 0; token < row.length; token++) {
      row[token] = logits.values()[token] - logits.logTotal();
    }
    processors.process(row, view(beam));
    return row;
  }

  private TokenView view(int beam) {
    return new TokenView(tokens[beam], promptLength, length);
  }

  /** Keeps the best continuations of the beams so far, twice as many as beams, in falling order. */
  private void collect(List<Candidate> candidates, int beam, float[] row) {
    int most = 2 * beams;
    float worst =
        candidates.size() < most ? Float.NEGATIVE_INFINITY : candidates.get(most - 1).score();
    for (int token = 0; token < row.length; token++) {
      float score = row[token] + scores[beam];
      if (score > worst) {
        int place = candidates.size();
        while (place > 0 && candidates.get(place - 1).score() < score) {
          place--;
        }
        candidates.add(place, new Candidate(beam, token, score));
        if (candidates.size() > most) {
          candidates.remove(most);
        }
        if (candidates.size() == most) {
          worst = candidates.get(most - 1).score();
        }
      }
    }
  }

  private Hypothesis continuation(Candidate candidate, RowLogits logits) {
    int[] longer = tokens[candidate.beam()].clone();
    longer[length] = candidate.token();
    float[] known = Arrays.copyOf(probabilities[candidate.beam()], length + 1 - promptLength);
    known[length - promptLength] = logits.probability(candidate.token());
    return new Hypothesis(candidate.score(), false, longer, length + 1, known);
  }

  private boolean stops(Hypothesis next) {
    return next.length() == maxLength
        || next.tokens()[next.length() - 1] == endToken
        || (stop != null && stop.stops(new TokenView(next.tokens(), promptLength, next.length())));
  }

  /** Makes the best continuations that do not stop the running beams. */
  private void run(List<Candidate> candidates, List<Hypothesis> continued, boolean[] hits) {
    float[] running = new float[hits.length];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < hits.length; i++) {
      running[i] = candidates.get(i).score() + (hits[i] ? NEVER : 0);
      order.add(i);
    }
    order.sort(Comparator.comparing((Integer i) -> -running[i]));
    int[][] nextTokens = new int[beams][];
    float[][] nextProbabilities = new float[beams][];
    for (int beam = 0; beam < beams; beam++) {
      // If processors exclude nearly everything, there may be too few, so that some never win.
      boolean exists = beam < order.size();
      int chosen = order.get(exists ? beam : 0);
      nextTokens[beam] = exists ? continued.get(chosen).tokens() : nextTokens[0].clone();
      nextProbabilities[beam] =
          Arrays.copyOf(continued.get(chosen).probabilities(), maxLength - promptLength);
      scores[beam] = exists ? running[chosen] : Float.NEGATIVE_INFINITY;
      parents[beam] = candidates.get(chosen).beam();
    }
    tokens = nextTokens;
    probabilities = nextProbabilities;
  }

  /** Merges the continuations that stop, if they are among the best, into the finished answers. */
  private void finish(List<Hypothesis> continued, boolean[] hits, float divisor) {
    List<Hypothesis> merged = new ArrayList<>(finished);
    for (int i = 0; i < hits.length; i++) {
      Hypothesis next = continued.get(i);
      boolean stopped = hits[i] && i < beams;
      float score = next.score() / divisor + (stopped ? 0 : NEVER);
      merged.add(
          new Hypothesis(score, stopped, next.tokens(), next.length(), next.probabilities()));
    }
    // Stable, so that the earlier of equals wins.
    merged.sort(
        Comparator.comparing((Hypothesis hypothesis) -> !hypothesis.finished())
            .thenComparing(hypothesis -> -hypothesis.score()));
    finished = new ArrayList<>(merged.subList(0, beams));
  }

  /** Returns whether a running beam may still become better than a finished answer. */
  private boolean mayImprove() {
    float best = scores[0] / (float) Math.pow(length - promptLength, lengthPenalty);
    float worst = finished.get(beams - 1).score();
    // An extreme length penalty makes every score smaller than that of no answer at all.
    return finished.stream().anyMatch(one -> !one.finished()) || best > worst;
  }

  private void endWithoutCandidates() throws GroundingException {
    if (!finished.get(0).finished()) {
      throw ProcessorChain.nothingLeft(view(0));
    }
    ended = true;
  }
}
