package io.groundstream.console.cli;

import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.Sampling;
import io.groundstream.kosmos2.engine.GenerationOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of how tokens are chosen. */
final class DecodingMixin {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "96",
      description = "The maximum number of tokens to generate (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens;

  @Option(
      names = "--min-new-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "The number of tokens before which an answer does not end (default: ${DEFAULT-VALUE}).")
  private int minNewTokens;

  @Option(
      names = "--no-repeat-ngram-size",
      paramLabel = "N",
      description =
          "Repeat no sequence of N tokens; 0 is off (default: no_repeat_ngram_size in the"
              + " checkpoint's generation_config.json).")
  private @Nullable Integer noRepeatNgramSize;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "Make tokens that are already in prompt or answer less probable by this factor; 1 is off"
              + " (default: ${DEFAULT-VALUE}).")
  private double repetitionPenalty;

  @Option(
      names = "--beams",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Search with N beams, each of which takes a place of the batch; 1 is greedy decoding"
              + " (default: ${DEFAULT-VALUE}).")
  private int beams;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "With beams: a larger number favours longer answers (default: ${DEFAULT-VALUE}).")
  private double lengthPenalty;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Draw tokens at random at this temperature; 1 is the model's distribution.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Draw tokens at random among the N most probable ones.")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description =
          "Draw tokens at random among the most probable ones that together have this probability.")
  private @Nullable Double topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "The seed of random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End an answer as soon as it contains this text. Repeatable.")
  private List<String> stop = new ArrayList<>();

  @Option(
      names = "--bad-word",
      paramLabel = "TEXT",
      description = "Let no answer contain this text. Repeatable.")
  private List<String> badWords = new ArrayList<>();

  /**
   * Returns the options, which are not yet checked.
   *
   * @param constraint which answers are allowed
   */
  GenerationOptions options(Constraint constraint) {
    boolean samples = temperature != null || topK != null || topP != null;
    return GenerationOptions.builder()
        .optMaxNewTokens(maxNewTokens)
        .optMinNewTokens(minNewTokens)
        .optNoRepeatNgramSize(
            noRepeatNgramSize == null ? GenerationOptions.AS_IN_CHECKPOINT : noRepeatNgramSize)
        .optRepetitionPenalty(repetitionPenalty)
        .optBeams(beams)
        .optLengthPenalty(lengthPenalty)
        .optSampling(
            samples
                ? new Sampling(
                    temperature == null ? 1 : temperature,
                    topK == null ? 0 : topK,
                    topP == null ? 1 : topP,
                    seed)
                : null)
        .optStopStrings(stop)
        .optBadWords(badWords)
        .optConstraint(constraint)
        .build();
  }
}
