package io.groundstream.kosmos2;

import io.groundstream.kosmos2.text.CandidateScore.Ranking;
import java.io.Serializable;
import java.util.List;

/**
 * The continuations that {@link io.groundstream.kosmos2.text.Task#SCORE} compares.
 *
 * @param texts the continuations, each as if it followed the prompt after a space; 1 to {@value
 *     #MAX}
 * @param ranking by which number the best one is found
 */
public record Candidates(List<String> texts, Ranking ranking) implements Serializable {
  /** The maximum number of candidates: no benchmark of choices has more. */
  public static final int MAX = 64;

  /** The maximum number of characters of all candidates together. */
  public static final int MAX_CHARACTERS = 100_000;

  /** No candidates, for the other tasks. */
  public static final Candidates NONE = new Candidates(List.of(), Ranking.SUM);

  public Candidates {
    texts = List.copyOf(texts);
  }
}
