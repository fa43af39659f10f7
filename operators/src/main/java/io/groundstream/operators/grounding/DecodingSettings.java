package io.groundstream.operators.grounding;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.Sampling;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checked options of decoding, apart from the maximum number of tokens and n-grams. Sampling is on
 * if temperature, top-k or top-p is set.
 */
public record DecodingSettings(
    int minNewTokens,
    double repetitionPenalty,
    int beams,
    double lengthPenalty,
    @Nullable Double temperature,
    @Nullable Integer topK,
    @Nullable Double topP,
    long seed,
    List<String> stop,
    List<String> badWords,
    AllowedAnswers allowed)
    implements Serializable {

  /** Greedy decoding. */
  static final DecodingSettings GREEDY =
      new DecodingSettings(
          0, 1, 1, 1, null, null, null, 0, List.of(), List.of(), AllowedAnswers.ANY);

  public DecodingSettings {
    stop = List.copyOf(stop);
    badWords = List.copyOf(badWords);
  }

  /** Reads the settings, and reports what is wrong with them. */
  static DecodingSettings read(SettingsReader reader, int maxNewTokens) {
    DecodingSettings settings =
        new DecodingSettings(
            reader.get(
                GroundingOptions.MIN_NEW_TOKENS,
                count -> count >= 0 && count <= maxNewTokens,
                "0 to " + maxNewTokens + ", " + GroundingOptions.MAX_NEW_TOKENS.key()),
            reader.get(
                GroundingOptions.REPETITION_PENALTY, DecodingSettings::isFactor, "0.01 to 10"),
            reader.get(
                GroundingOptions.BEAMS,
                count -> count >= 1 && count <= GenerationOptions.MAX_BEAMS,
                "1 to " + GenerationOptions.MAX_BEAMS),
            reader.get(
                GroundingOptions.LENGTH_PENALTY,
                exponent -> Math.abs(exponent) <= GenerationOptions.MAX_FACTOR,
                "-10 to 10"),
            reader.find(GroundingOptions.TEMPERATURE, DecodingSettings::isFactor, "0.01 to 10"),
            reader.find(GroundingOptions.TOP_K, count -> count >= 0, ">= 0"),
            reader.find(GroundingOptions.TOP_P, share -> share > 0 && share <= 1, "> 0 and <= 1"),
            reader.get(GroundingOptions.SEED, any -> true, "an integer"),
            reader.get(
                GroundingOptions.STOP,
                texts -> areShort(texts, GenerationOptions.MAX_STOP_STRINGS),
                "at most "
                    + GenerationOptions.MAX_STOP_STRINGS
                    + " texts of 1 to "
                    + GenerationOptions.MAX_CHARACTERS
                    + " characters"),
            reader.get(
                GroundingOptions.BAD_WORDS,
                texts -> areShort(texts, GenerationOptions.MAX_BAD_WORDS),
                "at most "
                    + GenerationOptions.MAX_BAD_WORDS
                    + " texts of 1 to "
                    + GenerationOptions.MAX_CHARACTERS
                    + " characters"),
            AllowedAnswers.read(reader));
    if (settings.beams > 1 && settings.samples()) {
      reader.problem(
          GroundingOptions.BEAMS,
          "1 with grounding.temperature, grounding.top-k or grounding.top-p, which draw at random");
    }
    return settings;
  }

  private static boolean isFactor(double number) {
    return number >= GenerationOptions.MIN_FACTOR && number <= GenerationOptions.MAX_FACTOR;
  }

  private static boolean areShort(List<String> texts, int most) {
    return texts.size() <= most
        && texts.stream()
            .allMatch(
                text ->
                    !text.isEmpty()
                        && text.codePointCount(0, text.length())
                            <= GenerationOptions.MAX_CHARACTERS);
  }

  private boolean samples() {
    return temperature != null || topK != null || topP != null;
  }

  /**
   * Returns the options for a request, which the model checks.
   *
   * @param own the request's own options, each of which has precedence if it is set; null for none.
   *     With beams, the settings' sampling does not apply, nor the other way round.
   * @throws GroundingException if the own constraint is unknown, or contradicts itself
   */
  GenerationOptions options(
      Task task, int maxNewTokens, int noRepeatNgramSize, @Nullable DecodingOptions own)
      throws GroundingException {
    DecodingOptions set = own == null ? DecodingOptions.newBuilder().build() : own;
    boolean ownSampling =
        set.getTemperature() != null || set.getTopK() != null || set.getTopP() != null;
    boolean ownBeams = set.getBeams() != null && set.getBeams() > 1;
    Sampling sampling = null;
    if (ownSampling || (samples() && !ownBeams)) {
      sampling =
          new Sampling(
              or(set.getTemperature(), or(temperature, 1.0)),
              or(set.getTopK(), or(topK, 0)),
              or(set.getTopP(), or(topP, 1.0)),
              or(set.getSeed(), seed));
    }
    int tokens = or(set.getMaxNewTokens(), maxNewTokens);
    Constraint constraint = allowed.constraint(task, set);
    return GenerationOptions.builder()
        .optMaxNewTokens(tokens)
        .optNoRepeatNgramSize(or(set.getNoRepeatNgramSize(), noRepeatNgramSize))
        // A request for fewer tokens at most also wants fewer at least.
        .optMinNewTokens(or(set.getMinNewTokens(), minNewTokens(constraint, tokens)))
        .optRepetitionPenalty(or(set.getRepetitionPenalty(), repetitionPenalty))
        .optSampling(sampling)
        .optBeams(or(set.getBeams(), ownSampling ? 1 : beams))
        .optLengthPenalty(or(set.getLengthPenalty(), lengthPenalty))
        .optStopStrings(stopStrings(constraint, set))
        .optBadWords(set.getBadWords().isEmpty() ? badWords : set.getBadWords())
        .optConstraint(constraint)
        .build();
  }

  /** Texts that are given have their own length. */
  private int minNewTokens(Constraint constraint, int tokens) {
    return constraint instanceof Constraint.Choices || constraint instanceof Constraint.Phrases
        ? 0
        : Math.min(minNewTokens, Math.max(0, tokens));
  }

  /** A constraint decides itself where an answer ends, so that the settings' texts do not apply. */
  private List<String> stopStrings(Constraint constraint, DecodingOptions set) {
    return set.getStop().isEmpty() && constraint instanceof Constraint.None ? stop : set.getStop();
  }

  private static <T> T or(@Nullable T own, T other) {
    return own == null ? other : own;
  }
}
