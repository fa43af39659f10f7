package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The generation settings in a checkpoint's files: the one that is followed, {@code
 * no_repeat_ngram_size}, which Kosmos-2's authors set in their evaluations, and reports of those
 * that are not. The reference does not read {@code generation_config.json} for Kosmos-2.
 */
final class GenerationRemarks {
  private static final String FILE_NAME = "generation_config.json";
  private static final long MAX_BYTES = 1 << 20;
  private static final int LONGEST_VALUE = 60;

  /**
   * Keys that change a greedy answer, with the values that have no effect; null has none either.
   */
  private static final Map<String, String> WITHOUT_EFFECT =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("bad_words_ids", "[]"),
              Map.entry("begin_suppress_tokens", "[]"),
              Map.entry("constraints", "[]"),
              Map.entry("do_sample", "false"),
              Map.entry("dola_layers", ""),
              Map.entry("encoder_no_repeat_ngram_size", "0"),
              Map.entry("encoder_repetition_penalty", "1.0"),
              Map.entry("exponential_decay_length_penalty", ""),
              Map.entry("force_words_ids", "[]"),
              Map.entry("forced_bos_token_id", ""),
              Map.entry("forced_decoder_ids", "[]"),
              Map.entry("forced_eos_token_id", ""),
              Map.entry("guidance_scale", "1.0"),
              Map.entry("min_length", "0"),
              Map.entry("min_new_tokens", "0"),
              Map.entry("num_beams", "1"),
              Map.entry("penalty_alpha", ""),
              Map.entry("repetition_penalty", "1.0"),
              Map.entry("sequence_bias", "{}"),
              Map.entry("stop_strings", "[]"),
              Map.entry("suppress_tokens", "[]"),
              Map.entry("watermarking_config", "")));

  /** Our names of keys that a caller can set. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "min_new_tokens", "min-new-tokens",
          "num_beams", "beams",
          "repetition_penalty", "repetition-penalty");

  /** Longer ones than any answer never repeat. */
  private static final int MAX_NGRAM_SIZE = 1 << 20;

  private GenerationRemarks() {}

  static int noRepeatNgramSize(Path directory) throws CheckpointException {
    Path file = directory.resolve(FILE_NAME);
    return Files.isRegularFile(file)
        ? JsonReader.open(file, MAX_BYTES).integer("no_repeat_ngram_size", 0, 0, MAX_NGRAM_SIZE)
        : 0;
  }

  static List<String> read(Path directory, int endOfSequence) throws CheckpointException {
    List<String> remarks = new ArrayList<>();
    add(
        JsonReader.open(directory.resolve(ConfigReader.FILE_NAME), ConfigReader.MAX_BYTES)
            .object("text_config"),
        remarks);
    Path file = directory.resolve(FILE_NAME);
    if (Files.isRegularFile(file)) {
      JsonReader json = JsonReader.open(file, MAX_BYTES);
      add(json, remarks);
      JsonNode ends = json.node("eos_token_id");
      for (JsonNode end : ends.isArray() ? ends : List.of(ends)) {
        if (!end.isMissingNode() && (!end.canConvertToInt() || end.intValue() != endOfSequence)) {
          remarks.add(
              "%s: eos_token_id: %s is not followed: only %d, the id in config.json, ends an answer"
                  .formatted(file, shown(ends), endOfSequence));
          break;
        }
      }
    }
    return List.copyOf(remarks);
  }

  private static void add(JsonReader json, List<String> remarks) {
    WITHOUT_EFFECT.forEach(
        (key, usual) -> {
          JsonNode value = json.node(key);
          if (!value.isMissingNode() && !isUsual(value, usual)) {
            remarks.add(
                "%s: %s: %s is not followed%s"
                    .formatted(
                        json.file(),
                        key,
                        shown(value),
                        SETTINGS.containsKey(key)
                            ? "; grounding.%1$s (or --%1$s) sets it".formatted(SETTINGS.get(key))
                            : ""));
          }
        });
  }

  private static boolean isUsual(JsonNode value, String usual) {
    if (value.isNumber()) {
      return !usual.isEmpty()
          && !usual.equals("false")
          && usual.matches("[0-9.]+")
          && value.doubleValue() == Double.parseDouble(usual);
    }
    return value.toString().equals(usual);
  }

  private static String shown(JsonNode value) {
    return ShortTexts.of(value.toString(), LONGEST_VALUE);
  }
}
