package io.groundstream.kosmos2.decoding;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.SpanTokens;
import java.util.Arrays;
import java.util.List;

/**
 * Makes the model ground given phrases: the answer is a span for each, in their order, and the
 * model chooses the boxes alone. Boxes are complete and not inverted.
 *
 * <p>If other rules exclude all tokens that the grammar allows, the grammar's are equally probable.
 */
public final class PhraseGrammar implements LogitsProcessor {
  /** What a box needs: two locations and the end of the object. */
  private static final int SHORTEST_BOXES = 3;

  private static final Constraint.WellFormed ANY_SPANS =
      new Constraint.WellFormed(Constraint.WellFormed.ANY_NUMBER, false);

  private final List<int[]> openings;
  private final SpanTokens spans;
  private final int endToken;
  private final int maxBoxes;
  private final int maxNewTokens;

  /**
   * @param openings the tokens of each span up to its first box: the phrase between its tags, and
   *     the beginning of the object
   * @param endToken the end of the sequence
   * @param maxBoxes the maximum number of boxes of a phrase; at least 1
   * @param maxNewTokens the maximum number of generated tokens
   */
  public PhraseGrammar(
      List<int[]> openings, SpanTokens spans, int endToken, int maxBoxes, int maxNewTokens) {
    this.openings = openings.stream().map(int[]::clone).toList();
    this.spans = spans;
    this.endToken = endToken;
    this.maxBoxes = maxBoxes;
    this.maxNewTokens = maxNewTokens;
  }

  /**
   * Checks that the phrases can follow a prompt.
   *
   * @throws GroundingException with {@link GroundingErrorCode#OPTION_INVALID} if there is no room,
   *     or the prompt ends in an open span
   */
  public void check(int[] prompt) throws GroundingException {
    int needed = tokensFrom(0);
    if (needed > maxNewTokens) {
      throw invalid(
          "max-new-tokens: %d (expected: >= %d, the tokens of the phrases with a box each)"
              .formatted(maxNewTokens, needed));
    }
    if (new SpanGrammar(spans, endToken, maxNewTokens, ANY_SPANS).endsOpen(prompt)) {
      throw invalid(
          "phrases: after a prompt that ends in an open span (expected: one such as <grounding>)");
    }
  }

  private static GroundingException invalid(String message) {
    return new GroundingException(GroundingErrorCode.OPTION_INVALID, message);
  }

  /** Returns the tokens of the spans from one on, each with one box. */
  private int tokensFrom(int phrase) {
    int tokens = 0;
    for (int[] opening : openings.subList(phrase, openings.size())) {
      tokens += opening.length + SHORTEST_BOXES;
    }
    return tokens;
  }

  @Override
  public void process(float[] scores, TokenView tokens) {
    int[] answer = tokens.generated();
    int phrase = 0;
    int position = 0;
    while (phrase < openings.size()) {
      int boxes = position + openings.get(phrase).length;
      if (answer.length < boxes) {
        keep(scores, openings.get(phrase)[answer.length - position]);
        return;
      }
      int end = boxes;
      while (end < answer.length && spans.kind(answer[end]) != SpanTokens.Kind.END_OF_OBJECT) {
        end++;
      }
      if (end == answer.length) {
        keepBoxes(scores, answer, boxes, tokensFrom(phrase + 1));
        return;
      }
      position = end + 1;
      phrase++;
    }
    keep(scores, endToken);
  }

  private static void keep(float[] scores, int token) {
    float score = scores[token];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    scores[token] = score > Float.NEGATIVE_INFINITY ? score : 0;
  }

  /**
   * @param begin where the boxes begin in the answer
   * @param later the tokens that later spans need
   */
  private void keepBoxes(float[] scores, int[] answer, int begin, int later) {
    // A box and its delimiter are three tokens.
    int inBox = (answer.length - begin) % 3;
    int box = (answer.length - begin) / 3;
    int left = maxNewTokens - answer.length;
    boolean another = box + 1 < maxBoxes && left >= 1 + SHORTEST_BOXES + later;
    boolean[] allowed = new boolean[scores.length];
    int count = 0;
    boolean possible = false;
    for (int token = 0; token < scores.length; token++) {
      allowed[token] =
          switch (spans.kind(token)) {
            case LOCATION ->
                inBox == 0
                    || (inBox == 1
                        && !spans.isInverted(
                            spans.cell(answer[answer.length - 1]), spans.cell(token)));
            case DELIMITER -> inBox == 2 && another;
            case END_OF_OBJECT -> inBox == 2;
            case TEXT, PHRASE, END_OF_PHRASE, OBJECT, END_OF_IMAGE, OTHER -> false;
          };
      count += allowed[token] ? 1 : 0;
      possible |= allowed[token] && scores[token] > Float.NEGATIVE_INFINITY;
    }
    float uniform = (float) -Math.log(count);
    for (int token = 0; token < scores.length; token++) {
      if (!allowed[token]) {
        scores[token] = Float.NEGATIVE_INFINITY;
      } else if (!possible) {
        scores[token] = uniform;
      }
    }
  }
}
