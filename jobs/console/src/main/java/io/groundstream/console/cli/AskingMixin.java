package io.groundstream.console.cli;

import io.groundstream.console.evaluate.EvaluationOptions;
import io.groundstream.evaluation.benchmark.BenchmarkOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of how an evaluation asks its questions. */
final class AskingMixin {
  @Option(
      names = "--spread",
      paramLabel = "DTYPE/BATCH",
      split = ",",
      description =
          "Run again with these number formats and batch sizes, such as"
              + " float32/1,bfloat16/16, and show the spread of the figures.")
  private List<String> spread = new ArrayList<>();

  @Option(
      names = "--no-repeat-ngram-size",
      paramLabel = "N",
      defaultValue = "3",
      description = "Repeat no sequence of N tokens; 0 is off (default: ${DEFAULT-VALUE}).")
  private int noRepeatNgramSize;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "The maximum number of tokens to generate (default: prompt and answer have 501).")
  private int maxNewTokens;

  @Option(
      names = "--apply-orientation",
      description =
          "Turn images by their Exif orientation. The authors did not, and the datasets' boxes"
              + " refer to the image as it is stored.")
  private boolean appliesOrientation;

  @Option(
      names = "--without-grounding",
      description =
          "Put no <grounding> before the prompt of refcocog-generation. The authors do not say"
              + " whether one stood there.")
  private boolean withoutGrounding;

  @Option(
      names = "--score-prompt",
      description =
          "Count \"An image of\" as part of the captions of flickr30k-captions. The authors do not"
              + " say whether it is.")
  private boolean scoresPrompt;

  @Option(
      names = "--meteor-jar",
      paramLabel = "FILE",
      description = "Your meteor-1.5.jar, to compute METEOR, too.")
  private @Nullable Path meteorJar;

  /** Another run for comparison. */
  record Variant(String precision, int batch) {}

  /** Returns what is wrong with the options, or null. */
  @Nullable String problem() {
    if (maxNewTokens < 0 || noRepeatNgramSize < 0) {
      return "--max-new-tokens and --no-repeat-ngram-size (expected: >= 0)";
    }
    for (String variant : spread) {
      if (!variant.matches("[a-z0-9]+/[1-9]\\d{0,4}")) {
        return "--spread: " + variant + " (expected: such as bfloat16/16)";
      }
    }
    return null;
  }

  /** Returns the other runs of {@code --spread}. */
  List<Variant> variants() {
    return spread.stream()
        .map(variant -> variant.split("/", -1))
        .map(parts -> new Variant(parts[0], Integer.parseInt(parts[1])))
        .toList();
  }

  BenchmarkOptions benchmark() {
    return new BenchmarkOptions(!withoutGrounding, scoresPrompt, meteorJar);
  }

  EvaluationOptions generation() {
    return new EvaluationOptions(noRepeatNgramSize, maxNewTokens, !appliesOrientation);
  }

  /** Adds the settings that a file of predictions keeps. */
  void addSettings(Map<String, String> settings) {
    settings.put("decoding", "greedy");
    settings.put("no_repeat_ngram_size", String.valueOf(noRepeatNgramSize));
    settings.put("max_new_tokens", maxNewTokens == 0 ? "501-prompt" : String.valueOf(maxNewTokens));
    settings.put("orientation", appliesOrientation ? "applied" : "ignored");
  }
}
