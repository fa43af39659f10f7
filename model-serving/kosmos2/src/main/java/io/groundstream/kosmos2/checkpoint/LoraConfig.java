package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a LoRA adapter as PEFT writes it: which modules it changes, with which rank
 * and scaling. Its rules are those of PEFT 0.21.
 */
final class LoraConfig {
  static final String FILE_NAME = "adapter_config.json";

  private static final long MAX_BYTES = 1 << 20;
  private static final int MAX_ENTRIES = 10_000;
  private static final int LONGEST_VALUE = 80;

  /** A larger rank than any width needs no adapter. */
  private static final int MAX_RANK = 1 << 14;

  private static final double MAX_ALPHA = 1e9;

  /** Settings of other methods: the value of each that is allowed, besides null. */
  private static final Map<String, List<String>> ONLY =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("use_dora", List.of("false")),
              Map.entry("use_qalora", List.of("false")),
              Map.entry("use_bdlora", List.of("false")),
              Map.entry("arrow_config", List.of()),
              Map.entry("kasa_config", List.of()),
              Map.entry("velora_config", List.of()),
              Map.entry("monteclora_config", List.of()),
              Map.entry("alora_invocation_tokens", List.of("[]")),
              Map.entry("layer_replication", List.of("[]")),
              Map.entry("target_parameters", List.of("[]")),
              Map.entry("trainable_token_indices", List.of("[]", "{}")),
              // The others subtract something from the base's weights.
              Map.entry(
                  "init_lora_weights",
                  List.of("true", "false", "\"gaussian\"", "\"eva\"", "\"orthogonal\""))));

  private final JsonReader json;
  private final @Nullable PythonPattern targetPattern;
  private final @Nullable List<String> targets;
  private final List<String> excluded;
  private final @Nullable PythonPattern excludedPattern;
  private final List<String> saved;
  private final List<Integer> layers;
  private final List<PythonPattern> layerPatterns;
  private final Map<PythonPattern, Double> ranks;
  private final Map<PythonPattern, Double> alphas;
  private final int rank;
  private final double alpha;
  private final boolean rankStabilised;

  /**
   * Reads the configuration in an adapter's directory.
   *
   * @throws CheckpointException if it is invalid or of an adapter that is not merged; the message
   *     names the setting and what to do
   */
  static LoraConfig read(Path directory) throws CheckpointException {
    return new LoraConfig(JsonReader.open(directory.resolve(FILE_NAME), MAX_BYTES));
  }

  /** Returns the model that the adapter was trained on, or null. */
  static @Nullable String base(Path directory) throws CheckpointException {
    return JsonReader.open(directory.resolve(FILE_NAME), MAX_BYTES)
        .string("base_model_name_or_path");
  }

  private LoraConfig(JsonReader json) throws CheckpointException {
    this.json = json;
    checkMethod();
    JsonNode target = json.node("target_modules");
    boolean everywhere = target.isMissingNode() || target.asText().equalsIgnoreCase("all-linear");
    this.targetPattern =
        target.isTextual() && !everywhere ? pattern("target_modules", target.textValue()) : null;
    this.targets = target.isTextual() || everywhere ? null : texts("target_modules");
    JsonNode exclude = json.node("exclude_modules");
    this.excludedPattern =
        exclude.isTextual() && !exclude.textValue().isEmpty()
            ? pattern("exclude_modules", exclude.textValue())
            : null;
    this.excluded = exclude.isTextual() ? List.of() : texts("exclude_modules");
    this.saved = texts("modules_to_save");
    this.layers = layers();
    this.layerPatterns = layerPatterns();
    this.ranks = patterns("rank_pattern", 1, MAX_RANK);
    this.alphas = patterns("alpha_pattern", 0, MAX_ALPHA);
    this.rank = json.integer("r", 8, 1, MAX_RANK);
    this.alpha = json.number("lora_alpha", 8, -MAX_ALPHA, MAX_ALPHA);
    this.rankStabilised = json.bool("use_rslora", false);
  }

  private void checkMethod() throws CheckpointException {
    String type = json.string("peft_type");
    if (type != null && !type.equals("LORA")) {
      throw json.wrong("peft_type", "\"LORA\"; " + Adapter.MERGE_IN_PYTHON);
    }
    for (Map.Entry<String, List<String>> only : ONLY.entrySet()) {
      JsonNode value = json.node(only.getKey());
      if (!value.isMissingNode() && !only.getValue().contains(value.toString())) {
        throw json.wrong(
            only.getKey(),
            (only.getValue().isEmpty() ? "null" : String.join(", ", only.getValue()))
                + "; "
                + Adapter.MERGE_IN_PYTHON);
      }
    }
  }

  /** Returns whether the adapter changes the module of a name. */
  boolean targets(String module) throws CheckpointException {
    if (matches("exclude_modules", excludedPattern, module) || isIn(excluded, module)) {
      return false;
    }
    for (String name : saved) {
      if (("." + module + ".").contains("." + name + ".")) {
        return false;
      }
    }
    if (targetPattern != null) {
      return matches("target_modules", targetPattern, module);
    }
    if (targets == null || targets.contains(module)) {
      return true;
    }
    return isIn(targets, module) && isInLayers(module);
  }

  private static boolean isIn(List<String> names, String module) {
    return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }

  private boolean isInLayers(String module) throws CheckpointException {
    if (layers.isEmpty()) {
      return true;
    }
    Matcher numbers = Pattern.compile("\\.([^.]*)\\.(\\d{1,6})\\.").matcher("." + module);
    while (numbers.find()) {
      boolean counts = layerPatterns.isEmpty();
      for (PythonPattern pattern : layerPatterns) {
        counts |= matches("layers_pattern", pattern, numbers.group(1));
      }
      if (counts) {
        return layers.contains(Integer.valueOf(numbers.group(2)));
      }
    }
    return false;
  }

  /** Returns the rank of the matrices of a module. */
  int rank(String module) throws CheckpointException {
    Double special = special("rank_pattern", ranks, module);
    return special == null ? rank : special.intValue();
  }

  /** Returns the factor of the matrices' product. */
  double scaling(String module) throws CheckpointException {
    Double special = special("alpha_pattern", alphas, module);
    double numerator = special == null ? alpha : special;
    int ofModule = rank(module);
    return rankStabilised ? numerator / Math.sqrt(ofModule) : numerator / ofModule;
  }

  private @Nullable Double special(String key, Map<PythonPattern, Double> values, String module)
      throws CheckpointException {
    for (Map.Entry<PythonPattern, Double> value : values.entrySet()) {
      if (matches(key, value.getKey(), module)) {
        return value.getValue();
      }
    }
    return null;
  }

  private boolean matches(String key, @Nullable PythonPattern pattern, String module)
      throws CheckpointException {
    try {
      return pattern != null && pattern.matches(module);
    } catch (IllegalArgumentException e) {
      throw json.wrong(key, "a simple regular expression: " + e.getMessage());
    }
  }

  private PythonPattern pattern(String key, String expression) throws CheckpointException {
    try {
      return PythonPattern.compile(expression);
    } catch (IllegalArgumentException e) {
      throw json.wrong(key, "a regular expression: " + e.getMessage());
    }
  }

  private Map<PythonPattern, Double> patterns(String key, double least, double most)
      throws CheckpointException {
    Map<PythonPattern, Double> patterns = new LinkedHashMap<>();
    JsonNode node = json.node(key);
    if (!node.isMissingNode() && (!node.isObject() || node.size() > MAX_ENTRIES)) {
      throw json.wrong(key, "an object of at most " + MAX_ENTRIES + " names and numbers");
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      double value = entry.getValue().isNumber() ? entry.getValue().doubleValue() : Double.NaN;
      if (!(value >= least && value <= most)) {
        throw json.wrong(
            key,
            ShortTexts.of(entry.getKey(), LONGEST_VALUE)
                + ": a number from %s to %s".formatted(least, most));
      }
      patterns.put(pattern(key, "(.*\\.)?(" + entry.getKey() + ")"), value);
    }
    return patterns;
  }

  private List<String> texts(String key) throws CheckpointException {
    List<String> texts = new ArrayList<>();
    JsonNode node = json.node(key);
    Iterable<JsonNode> listed = node.isTextual() ? List.<JsonNode>of(node) : node;
    for (JsonNode text : listed) {
      if (!text.isTextual() || texts.size() == MAX_ENTRIES) {
        throw json.wrong(key, "a list of at most " + MAX_ENTRIES + " texts");
      }
      if (!text.textValue().isEmpty()) {
        texts.add(text.textValue());
      }
    }
    return List.copyOf(texts);
  }

  private List<Integer> layers() throws CheckpointException {
    String key = "layers_to_transform";
    JsonNode node = json.node(key);
    List<Integer> layers = new ArrayList<>();
    Iterable<JsonNode> listed = node.isArray() || node.isMissingNode() ? node : List.of(node);
    for (JsonNode layer : listed) {
      if (!layer.isInt() || layers.size() == MAX_ENTRIES) {
        throw json.wrong(key, "a number, or a list of at most " + MAX_ENTRIES);
      }
      layers.add(layer.intValue());
    }
    return List.copyOf(layers);
  }

  private List<PythonPattern> layerPatterns() throws CheckpointException {
    List<PythonPattern> patterns = new ArrayList<>();
    for (String expression : texts("layers_pattern")) {
      patterns.add(pattern("layers_pattern", expression));
    }
    return List.copyOf(patterns);
  }
}
