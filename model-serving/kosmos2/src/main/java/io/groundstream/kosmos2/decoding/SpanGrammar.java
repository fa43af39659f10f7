package io.groundstream.kosmos2.decoding;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.SpanTokens;
import java.util.EnumSet;
import java.util.Set;

/**
 * Excludes every token after which the answer would have a malformed span, or could not be
 * completed within the maximum number of tokens. A span that the prompt leaves open is continued.
 *
 * <p>If other rules, such as that against repeated n-grams, exclude all tokens that the grammar
 * allows, the grammar's are equally probable: an answer must not break off in an open span.
 */
public final class SpanGrammar implements LogitsProcessor {
  private final SpanTokens spans;
  private final int endToken;
  private final int maxNewTokens;
  private final Constraint.WellFormed constraint;

  /** The states, each with the number of tokens that a span still needs at least. */
  private enum State {
    OUTSIDE(0),
    EMPTY_PHRASE(6),
    PHRASE(5),
    CLOSED_PHRASE(4),
    BEFORE_BOX(3),
    BEFORE_LOWER_RIGHT(2),
    AFTER_BOX(1);

    private final int missing;

    State(int missing) {
      this.missing = missing;
    }
  }

  /** The tokens of the shortest span: four tags of phrase and object, a word, two locations. */
  private static final int SHORTEST_SPAN = 7;

  private static final int ANOTHER_BOX = 4;

  private record Place(State state, int upperLeft, int boxes) {}

  /**
   * @param endToken the end of the sequence
   * @param maxNewTokens the maximum number of generated tokens
   */
  public SpanGrammar(
      SpanTokens spans, int endToken, int maxNewTokens, Constraint.WellFormed constraint) {
    this.spans = spans;
    this.endToken = endToken;
    this.maxNewTokens = maxNewTokens;
    this.constraint = constraint;
  }

  /**
   * Checks that there is a well-formed answer to a prompt.
   *
   * @throws GroundingException with {@link GroundingErrorCode#OPTION_INVALID} if there is no room
   */
  public void check(int[] prompt) throws GroundingException {
    int needed = missing(place(new TokenView(prompt, prompt.length, prompt.length)));
    if (needed > maxNewTokens) {
      throw new GroundingException(
          GroundingErrorCode.OPTION_INVALID,
          "max-new-tokens: %d (expected: >= %d, the tokens of the shortest well-formed answer)"
              .formatted(maxNewTokens, needed));
    }
  }

  /** Returns whether a prompt ends in an open span. */
  public boolean endsOpen(int[] prompt) {
    return place(new TokenView(prompt, prompt.length, prompt.length)).state != State.OUTSIDE;
  }

  @Override
  public void process(float[] scores, TokenView tokens) {
    Place place = place(tokens);
    int left = maxNewTokens - tokens.newTokens() - 1;
    // Once for each kind: the vocabulary has tens of thousands of tokens.
    Set<SpanTokens.Kind> fits = EnumSet.allOf(SpanTokens.Kind.class);
    fits.removeIf(kind -> !fits(place, kind, left));
    int count = 0;
    boolean possible = false;
    for (int token = 0; token < scores.length; token++) {
      if (allows(place, token, fits)) {
        count++;
        possible |= scores[token] > Float.NEGATIVE_INFINITY;
      } else {
        scores[token] = Float.NEGATIVE_INFINITY;
      }
    }
    if (possible) {
      return;
    }
    float uniform = (float) -Math.log(count);
    for (int token = 0; token < scores.length; token++) {
      if (allows(place, token, fits)) {
        scores[token] = uniform;
      }
    }
  }

  /**
   * @param fits which kinds of tokens fit
   */
  private boolean allows(Place place, int token, Set<SpanTokens.Kind> fits) {
    if (token == endToken) {
      return missing(place) == 0;
    }
    SpanTokens.Kind kind = spans.kind(token);
    return fits.contains(kind)
        && !(kind == SpanTokens.Kind.LOCATION
            && place.state == State.BEFORE_LOWER_RIGHT
            && spans.isInverted(place.upperLeft, spans.cell(token)));
  }

  /**
   * Returns whether tokens of a kind may come next, except locations that would invert a box.
   *
   * @param left the number of tokens after it
   */
  private boolean fits(Place place, SpanTokens.Kind kind, int left) {
    State state = place.state;
    boolean moreBoxes = place.boxes < constraint.maxBoxes();
    boolean fits =
        switch (kind) {
          case TEXT ->
              state == State.OUTSIDE || state == State.EMPTY_PHRASE || state == State.PHRASE;
          case PHRASE -> state == State.OUTSIDE && moreBoxes;
          case END_OF_PHRASE -> state == State.PHRASE;
          case OBJECT -> state == State.CLOSED_PHRASE;
          case LOCATION -> state == State.BEFORE_BOX || state == State.BEFORE_LOWER_RIGHT;
          case DELIMITER -> state == State.AFTER_BOX && moreBoxes;
          case END_OF_OBJECT -> state == State.AFTER_BOX;
          case END_OF_IMAGE, OTHER -> false;
        };
    return fits && missing(after(place, kind, 0, true)) <= left;
  }

  /** Returns the minimum number of tokens that complete the answer, without its end. */
  private int missing(Place place) {
    boolean lacksBox = constraint.required() && place.boxes == 0;
    if (!lacksBox) {
      return place.state.missing;
    }
    return switch (place.state) {
      case OUTSIDE -> SHORTEST_SPAN;
      // The prompt's box is followed by another one: a delimiter, two locations and the end.
      case AFTER_BOX -> ANOTHER_BOX;
      case EMPTY_PHRASE, PHRASE, CLOSED_PHRASE, BEFORE_BOX, BEFORE_LOWER_RIGHT ->
          place.state.missing;
    };
  }

  private Place place(TokenView tokens) {
    Place place = new Place(State.OUTSIDE, 0, 0);
    for (int i = 0; i < tokens.length(); i++) {
      int token = tokens.get(i);
      place = after(place, spans.kind(token), token, i >= tokens.promptLength());
    }
    return place;
  }

  /**
   * Returns the place after a token, which may be unexpected in a prompt.
   *
   * @param token the token; of interest only if it is a location
   */
  private Place after(Place place, SpanTokens.Kind kind, int token, boolean generated) {
    State state = place.state;
    return switch (kind) {
      case TEXT ->
          switch (state) {
            case EMPTY_PHRASE -> at(place, State.PHRASE);
            case CLOSED_PHRASE -> at(place, State.OUTSIDE);
            case OUTSIDE, PHRASE, BEFORE_BOX, BEFORE_LOWER_RIGHT, AFTER_BOX -> place;
          };
      case PHRASE -> at(place, State.EMPTY_PHRASE);
      case END_OF_PHRASE ->
          state == State.PHRASE || state == State.EMPTY_PHRASE
              ? at(place, State.CLOSED_PHRASE)
              : place;
      case OBJECT -> at(place, State.BEFORE_BOX);
      case LOCATION ->
          switch (state) {
            case BEFORE_BOX, AFTER_BOX ->
                new Place(State.BEFORE_LOWER_RIGHT, spans.cell(token), place.boxes);
            case BEFORE_LOWER_RIGHT ->
                new Place(State.AFTER_BOX, 0, generated ? place.boxes + 1 : place.boxes);
            case OUTSIDE, EMPTY_PHRASE, PHRASE, CLOSED_PHRASE -> place;
          };
      case DELIMITER -> state == State.AFTER_BOX ? at(place, State.BEFORE_BOX) : place;
      case END_OF_OBJECT, END_OF_IMAGE -> at(place, State.OUTSIDE);
      case OTHER -> place;
    };
  }

  private static Place at(Place place, State state) {
    return new Place(state, 0, place.boxes);
  }
}
