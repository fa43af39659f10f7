package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.Sampling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options for generating a sequence, with the meaning of the reference's. By default decoding
 * is greedy: each token is the most probable one.
 *
 * @param maxNewTokens the maximum number of tokens to generate, including the end of sequence; at
 *     least 1
 * @param noRepeatNgramSize if positive, no n-gram of this size is repeated in prompt and answer
 *     together (the evaluation of the Kosmos-2 paper uses 3); 0 to disable; {@link
 *     #AS_IN_CHECKPOINT} for what the checkpoint's files say, which is off if they say nothing
 * @param minNewTokens the number of tokens before which the sequence does not end; at most {@code
 *     maxNewTokens}
 * @param repetitionPenalty in [0.01, 10]: the factor by which tokens that are already in prompt or
 *     answer become less probable; 1 for none
 * @param sampling how tokens are drawn at random; null to take the best ones
 * @param beams the number of beams of beam search, 1 to 10; 1 for none. Each occupies a slot.
 * @param lengthPenalty in [-10, 10]: beam search divides an answer's logarithmic probability by its
 *     length to this power, so that a larger number favours longer answers. Unused without beams.
 * @param stopStrings the answer ends with the token after which its text contains one of these; at
 *     most 16 of at most 64 characters
 * @param badWords texts that the answer does not contain; at most 64 of at most 64 characters
 * @param constraint which answers are allowed at all
 */
public record GenerationOptions(
    int maxNewTokens,
    int noRepeatNgramSize,
    int minNewTokens,
    double repetitionPenalty,
    @Nullable Sampling sampling,
    int beams,
    double lengthPenalty,
    List<String> stopStrings,
    List<String> badWords,
    Constraint constraint) {
  /** Leaves the size of n-grams to the checkpoint's {@code generation_config.json}. */
  public static final int AS_IN_CHECKPOINT = Integer.MIN_VALUE;

  public static final GenerationOptions DEFAULT = new GenerationOptions(96, AS_IN_CHECKPOINT);

  /**
   * The maximum number of beams: each needs a slot, and more than a few rarely change the answer.
   */
  public static final int MAX_BEAMS = 10;

  /** The maximum number of stop strings: each is searched for after every token. */
  public static final int MAX_STOP_STRINGS = 16;

  /** The maximum number of bad words. */
  public static final int MAX_BAD_WORDS = 64;

  /** The maximum number of characters of a stop string or a bad word. */
  public static final int MAX_CHARACTERS = 64;

  /** The maximum number of choices or phrases: all are compared with the answer at every token. */
  public static final int MAX_CHOICES = 64;

  /** The maximum number of characters of a choice or a phrase. */
  public static final int MAX_CHOICE_CHARACTERS = 256;

  /** The largest penalty, temperature or exponent: far beyond what is of use, far from overflow. */
  public static final double MAX_FACTOR = 10;

  /** The smallest penalty or temperature: smaller ones differ in nothing but overflows. */
  public static final double MIN_FACTOR = 0.01;

  public GenerationOptions {
    stopStrings = List.copyOf(stopStrings);
    badWords = List.copyOf(badWords);
  }

  /** Creates options for greedy decoding. */
  public GenerationOptions(int maxNewTokens, int noRepeatNgramSize) {
    this(maxNewTokens, noRepeatNgramSize, 0, 1, null, 1, 1, List.of(), List.of(), Constraint.NONE);
  }

  /** Returns a builder with the options of {@link #DEFAULT}. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** Returns a builder with these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * Returns these options with what they leave to others.
   *
   * @param ngramSize the size of n-grams in the checkpoint's files; 0 for none
   * @param room the maximum number of tokens behind the prompt; positive
   */
  public GenerationOptions within(int ngramSize, int room) {
    int tokens = Math.min(maxNewTokens, room);
    return toBuilder()
        .optNoRepeatNgramSize(noRepeatNgramSize == AS_IN_CHECKPOINT ? ngramSize : noRepeatNgramSize)
        .optMaxNewTokens(tokens)
        .optMinNewTokens(Math.min(minNewTokens, tokens))
        .build();
  }

  /**
   * Checks the ranges of the options.
   *
   * @throws GroundingException with {@link GroundingErrorCode#OPTION_INVALID} if one is out of
   *     range, or if two contradict each other
   */
  public void check() throws GroundingException {
    check(maxNewTokens >= 1, "max-new-tokens", maxNewTokens, ">= 1");
    check(
        noRepeatNgramSize >= 0 || noRepeatNgramSize == AS_IN_CHECKPOINT,
        "no-repeat-ngram-size",
        noRepeatNgramSize,
        ">= 0, where 0 is off");
    check(
        minNewTokens >= 0 && minNewTokens <= maxNewTokens,
        "min-new-tokens",
        minNewTokens,
        "0 to " + maxNewTokens + ", which is max-new-tokens");
    check(isFactor(repetitionPenalty), "repetition-penalty", repetitionPenalty, "0.01 to 10");
    check(beams >= 1 && beams <= MAX_BEAMS, "beams", beams, "1 to " + MAX_BEAMS);
    check(Math.abs(lengthPenalty) <= MAX_FACTOR, "length-penalty", lengthPenalty, "-10 to 10");
    checkTexts("stop", stopStrings, MAX_STOP_STRINGS, MAX_CHARACTERS);
    checkTexts("bad-word", badWords, MAX_BAD_WORDS, MAX_CHARACTERS);
    checkConstraint();
    if (sampling != null) {
      check(isFactor(sampling.temperature()), "temperature", sampling.temperature(), "0.01 to 10");
      check(sampling.topK() >= 0, "top-k", sampling.topK(), ">= 0, where 0 is off");
      check(sampling.topP() > 0 && sampling.topP() <= 1, "top-p", sampling.topP(), "> 0 and <= 1");
      check(beams == 1, "beams", beams, "1 with temperature, top-k or top-p, which draw at random");
    }
  }

  private void checkConstraint() throws GroundingException {
    if (constraint instanceof Constraint.WellFormed wellFormed) {
      check(wellFormed.maxBoxes() >= 1, "max-boxes", wellFormed.maxBoxes(), ">= 1");
    } else if (constraint instanceof Constraint.Choices choices) {
      check(!choices.texts().isEmpty(), "choice", "0 texts", "1 to " + MAX_CHOICES);
      checkTexts("choice", choices.texts(), MAX_CHOICES, MAX_CHOICE_CHARACTERS);
      check(minNewTokens == 0, "min-new-tokens", minNewTokens, "0 with choices");
    } else if (constraint instanceof Constraint.Phrases phrases) {
      check(phrases.maxBoxes() >= 1, "max-boxes", phrases.maxBoxes(), ">= 1");
      check(!phrases.texts().isEmpty(), "phrase", "0 texts", "1 to " + MAX_CHOICES);
      checkTexts("phrase", phrases.texts(), MAX_CHOICES, MAX_CHOICE_CHARACTERS);
      check(minNewTokens == 0, "min-new-tokens", minNewTokens, "0 with phrases");
    }
    // A stop string could end the answer in an open span or in the middle of a choice.
    check(
        constraint instanceof Constraint.None || stopStrings.isEmpty(),
        "stop",
        stopStrings.size() + " texts",
        "none with a constraint");
  }

  private static boolean isFactor(double number) {
    return number >= MIN_FACTOR && number <= MAX_FACTOR;
  }

  private static void checkTexts(String name, List<String> texts, int most, int mostCharacters)
      throws GroundingException {
    check(texts.size() <= most, name, texts.size() + " texts", "at most " + most);
    for (String text : texts) {
      check(!text.isEmpty(), name, "\"\"", "a text");
      int characters = text.codePointCount(0, text.length());
      check(
          characters <= mostCharacters,
          name,
          "a text of " + characters + " characters",
          "at most " + mostCharacters);
    }
  }

  private static void check(boolean valid, String name, Object value, String expected)
      throws GroundingException {
    if (!valid) {
      throw new GroundingException(
          GroundingErrorCode.OPTION_INVALID, name + ": " + value + " (expected: " + expected + ")");
    }
  }

  /** Builds {@link GenerationOptions}. */
  public static final class Builder {
    private int maxNewTokens;
    private int noRepeatNgramSize;
    private int minNewTokens;
    private double repetitionPenalty;
    private @Nullable Sampling sampling;
    private int beams;
    private double lengthPenalty;
    private List<String> stopStrings;
    private List<String> badWords;
    private Constraint constraint;

    private Builder(GenerationOptions options) {
      maxNewTokens = options.maxNewTokens;
      noRepeatNgramSize = options.noRepeatNgramSize;
      minNewTokens = options.minNewTokens;
      repetitionPenalty = options.repetitionPenalty;
      sampling = options.sampling;
      beams = options.beams;
      lengthPenalty = options.lengthPenalty;
      stopStrings = options.stopStrings;
      badWords = options.badWords;
      constraint = options.constraint;
    }

    public Builder optMaxNewTokens(int tokens) {
      maxNewTokens = tokens;
      return this;
    }

    public Builder optNoRepeatNgramSize(int size) {
      noRepeatNgramSize = size;
      return this;
    }

    public Builder optMinNewTokens(int tokens) {
      minNewTokens = tokens;
      return this;
    }

    public Builder optRepetitionPenalty(double factor) {
      repetitionPenalty = factor;
      return this;
    }

    /** Sets how tokens are drawn at random; null to take the best ones. */
    public Builder optSampling(@Nullable Sampling how) {
      sampling = how;
      return this;
    }

    public Builder optBeams(int count) {
      beams = count;
      return this;
    }

    public Builder optLengthPenalty(double exponent) {
      lengthPenalty = exponent;
      return this;
    }

    public Builder optStopStrings(List<String> texts) {
      stopStrings = texts;
      return this;
    }

    public Builder optBadWords(List<String> texts) {
      badWords = texts;
      return this;
    }

    public Builder optConstraint(Constraint allowed) {
      constraint = allowed;
      return this;
    }

    /** Returns the options, which are checked when they are used. */
    public GenerationOptions build() {
      return new GenerationOptions(
          maxNewTokens,
          noRepeatNgramSize,
          minNewTokens,
          repetitionPenalty,
          sampling,
          beams,
          lengthPenalty,
          stopStrings,
          badWords,
          constraint);
    }
  }
}
