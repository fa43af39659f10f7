package io.groundstream.kosmos2.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A validated LoRA adapter in PEFT's layout, {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, for one checkpoint: the weights that it replaces, such as biases that
 * were trained whole, and the low-rank matrices whose product is added to others.
 */
final class Adapter {
  static final String MERGE_IN_PYTHON =
      "merge other adapters in Python:"
          + " PeftModel.from_pretrained(base, folder).merge_and_unload().save_pretrained(merged)";

  private static final String FILE_NAME = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";

  /** The name of a module, the part of the adapter, and perhaps the adapter's name. */
  private static final Pattern PART =
      Pattern.compile("(.+)\\.(lora_[A-Za-z_]+?)(\\.(?!weight$|bias$)[^.]+)?(\\.weight|\\.bias)?");

  /** The matrices for a module's weight, and the vector for its bias. */
  private static final class Parts {
    private @Nullable TensorInfo a;
    private @Nullable TensorInfo b;
    private @Nullable TensorInfo bias;
  }

  /** The matrices that change a weight, or the vector that changes a bias. */
  private record Update(@Nullable TensorInfo a, TensorInfo b, double scaling) {
    LowRankUpdate read() throws CheckpointException {
      return a == null ? LowRankUpdate.ofBias(b, scaling) : LowRankUpdate.ofMatrices(a, b, scaling);
    }
  }

  private final Path directory;
  private final Map<String, TensorInfo> replaced = new LinkedHashMap<>();
  private final Map<String, Update> updates = new HashMap<>();

  private Adapter(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads an adapter.
   *
   * @param base the checkpoint's tensors by name
   * @param tied whether the checkpoint's head is its embedding
   */
  static Adapter open(Path directory, Map<String, TensorInfo> base, boolean tied)
      throws CheckpointException {
    LoraConfig config = LoraConfig.read(directory);
    Path file = directory.resolve(FILE_NAME);
    if (!Files.isRegularFile(file)) {
      Path pickled = directory.resolve("adapter_model.bin");
      throw new CheckpointException(
          Files.exists(pickled)
              ? "%s: a pickle, which may run code (expected: %s; in Python:"
                      .formatted(pickled, FILE_NAME)
                  + " PeftModel.from_pretrained(base, folder).save_pretrained(folder))"
              : "%s: missing (expected: the weights of the adapter)".formatted(file));
    }
    Adapter adapter = new Adapter(directory);
    Map<String, Parts> parts = new TreeMap<>();
    for (Map.Entry<String, SafetensorsHeader.Entry> tensor :
        SafetensorsHeader.read(file).entrySet()) {
      adapter.sort(file, tensor.getKey(), tensor.getValue(), base, parts);
    }
    for (Map.Entry<String, Parts> module : parts.entrySet()) {
      adapter.add(file, config, module.getKey(), module.getValue(), base);
    }
    adapter.checkComplete(file, config, base, parts);
    if (tied) {
      adapter.checkTied(file);
    }
    return adapter;
  }

  Path directory() {
    return directory;
  }

  /** Returns the files by which the adapter changes the checkpoint. */
  List<Path> files() {
    return List.of(directory.resolve(LoraConfig.FILE_NAME), directory.resolve(FILE_NAME));
  }

  /** Returns the weights that take the place of the checkpoint's, by name. */
  Map<String, TensorInfo> replaced() {
    return replaced;
  }

  /** Returns how many weights are changed by matrices. */
  int updateCount() {
    return updates.size();
  }

  /** Reads what is added to a weight; returns null if nothing is. */
  @Nullable LowRankUpdate update(String weight) throws CheckpointException {
    Update update = updates.get(weight);
    return update == null ? null : update.read();
  }

  private void sort(
      Path file,
      String key,
      SafetensorsHeader.Entry entry,
      Map<String, TensorInfo> base,
      Map<String, Parts> parts)
      throws CheckpointException {
    String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
    if (name.contains(".original_module.")) {
      // A part of the base whose trained copy is in the file, too.
      return;
    }
    Matcher part = PART.matcher(name);
    if (!part.matches()) {
      String weight =
          name.replaceFirst("\\.base_layer\\.", ".")
              .replaceFirst("\\.modules_to_save(\\.default)?\\.", ".");
      TensorInfo original = base.get(weight);
      if (original == null) {
        throw wrong(file, key, "unknown", "a tensor of the checkpoint; " + MERGE_IN_PYTHON);
      }
      if (!Arrays.equals(entry.shape(), original.shape())) {
        throw wrong(
            file,
            key,
            "shape " + Arrays.toString(entry.shape()),
            Arrays.toString(original.shape()) + ", as in the checkpoint");
      }
      replaced.put(weight, TensorSelection.info(weight, entry));
      return;
    }
    TensorInfo tensor = TensorSelection.info(key, entry);
    Parts ofModule = parts.computeIfAbsent(part.group(1), any -> new Parts());
    boolean bias = ".bias".equals(part.group(4));
    switch (part.group(2)) {
      case "lora_A" -> ofModule.a = tensor;
      case "lora_B" -> {
        if (bias) {
          ofModule.bias = tensor;
        } else {
          ofModule.b = tensor;
        }
      }
      case "lora_magnitude_vector" -> throw wrong(file, key, "DoRA", "LoRA; " + MERGE_IN_PYTHON);
      default -> throw wrong(file, key, part.group(2), "lora_A and lora_B; " + MERGE_IN_PYTHON);
    }
  }

  private void add(
      Path file, LoraConfig config, String module, Parts parts, Map<String, TensorInfo> base)
      throws CheckpointException {
    TensorInfo weight = base.get(module + ".weight");
    TensorInfo a = parts.a;
    TensorInfo b = parts.b;
    if (weight == null || !config.targets(module)) {
      throw wrong(
          file,
          module,
          weight == null ? "not in the checkpoint" : "not in target_modules",
          "adapters of modules that both have");
    }
    if (a == null || b == null) {
      throw wrong(file, module, "one matrix", "lora_A and lora_B");
    }
    int rank = config.rank(module);
    long[] shape = weight.shape();
    long[] shapeOfA = shape.clone();
    shapeOfA[0] = rank;
    long[] shapeOfB = new long[shape.length];
    Arrays.fill(shapeOfB, 1);
    shapeOfB[0] = shape[0];
    shapeOfB[1] = rank;
    check(file, a, shapeOfA);
    check(file, b, shapeOfB);
    double scaling = config.scaling(module);
    updates.put(module + ".weight", new Update(a, b, scaling));
    TensorInfo bias = parts.bias;
    if (bias != null) {
      if (!base.containsKey(module + ".bias")) {
        throw wrong(file, module, "a bias", "none, as in the checkpoint");
      }
      check(file, bias, shape[0]);
      updates.put(module + ".bias", new Update(null, bias, scaling));
    }
  }

  private static void check(Path file, TensorInfo tensor, long... shape)
      throws CheckpointException {
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw wrong(
          file,
          tensor.name(),
          "shape " + Arrays.toString(tensor.shape()),
          "%s, by the checkpoint and %s".formatted(Arrays.toString(shape), LoraConfig.FILE_NAME));
    }
  }

  /** Checks that the file contains something for every module that the configuration names. */
  private void checkComplete(
      Path file, LoraConfig config, Map<String, TensorInfo> base, Map<String, Parts> parts)
      throws CheckpointException {
    if (updates.isEmpty() && replaced.isEmpty()) {
      throw new CheckpointException(
          "%s: no tensors (expected: those of an adapter)".formatted(file));
    }
    for (Map.Entry<String, TensorInfo> weight : base.entrySet()) {
      String name = weight.getKey();
      // The vectors are those of norms.
      boolean matrix = name.endsWith(".weight") && weight.getValue().shape().length > 1;
      if (matrix && !name.endsWith("position_embedding.weight")) {
        String module = name.substring(0, name.length() - ".weight".length());
        if (!parts.containsKey(module) && config.targets(module)) {
          throw wrong(file, module, "missing", "its lora_A and lora_B, by target_modules");
        }
      }
    }
  }

  /** The embedding is also the head, of which PEFT would change one alone, or both. */
  private void checkTied(Path file) throws CheckpointException {
    for (String name : List.of(NetworkTensors.EMBEDDING, NetworkTensors.HEAD)) {
      if (updates.containsKey(name) || replaced.containsKey(name)) {
        throw wrong(
            file,
            name,
            "an adapter of an embedding that is also the head",
            "adapters of other modules; " + MERGE_IN_PYTHON);
      }
    }
  }

  private static CheckpointException wrong(Path file, String name, String found, String expected) {
    return new CheckpointException(
        "%s: %s: %s (expected: %s)".formatted(file, ShortTexts.of(name, 200), found, expected));
  }
}
