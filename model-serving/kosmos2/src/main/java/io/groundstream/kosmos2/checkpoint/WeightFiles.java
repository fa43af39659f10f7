package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The safetensors files of a directory: {@code model.safetensors}, or else the shards that {@code
 * model.safetensors.index.json} lists.
 *
 * @param tensors all tensors by name, including those that the network does not need
 * @param files the files in order of their names
 */
record WeightFiles(Map<String, SafetensorsHeader.Entry> tensors, List<Path> files) {
  static final String SINGLE_FILE_NAME = "model.safetensors";
  static final String INDEX_FILE_NAME = "model.safetensors.index.json";

  private static final long MAX_INDEX_BYTES = 100_000_000;

  static WeightFiles open(Path directory) throws CheckpointException {
    Path single = directory.resolve(SINGLE_FILE_NAME);
    // If both exist, transformers reads the single file.
    if (Files.exists(single)) {
      return new WeightFiles(SafetensorsHeader.read(single), List.of(single));
    }
    Path index = directory.resolve(INDEX_FILE_NAME);
    if (!Files.exists(index)) {
      String other = OtherLayouts.otherWeights(directory);
      throw new CheckpointException(
          "%s: missing, and so is %s (expected: one of them%s)"
              .formatted(single, INDEX_FILE_NAME, other));
    }
    return openShards(directory, index);
  }

  private static WeightFiles openShards(Path directory, Path index) throws CheckpointException {
    JsonReader json = JsonReader.open(index, MAX_INDEX_BYTES);
    JsonNode weightMap = json.node("weight_map");
    if (!weightMap.isObject() || weightMap.isEmpty()) {
      throw json.wrong("weight_map", "an object of tensor names and file names");
    }
    TreeMap<String, Map<String, SafetensorsHeader.Entry>> shards = new TreeMap<>();
    Map<String, SafetensorsHeader.Entry> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> mapping : weightMap.properties()) {
      String tensor = mapping.getKey();
      String fileName = mapping.getValue().asText();
      Path shard = shard(directory, index, tensor, mapping.getValue());
      Map<String, SafetensorsHeader.Entry> contents = shards.get(fileName);
      if (contents == null) {
        contents = SafetensorsHeader.read(shard);
        shards.put(fileName, contents);
      }
      SafetensorsHeader.Entry entry = contents.get(tensor);
      if (entry == null) {
        throw new CheckpointException(
            "%s: tensor %s: missing (expected: here, as %s says)"
                .formatted(shard, tensor, INDEX_FILE_NAME));
      }
      tensors.put(tensor, entry);
    }
    return new WeightFiles(
        tensors, shards.navigableKeySet().stream().map(directory::resolve).toList());
  }

  /** Returns how messages name the files when a tensor is in none of them. */
  String description(Path directory) {
    return files.size() == 1
        ? files.get(0).toString()
        : "%s and its %d files".formatted(directory.resolve(INDEX_FILE_NAME), files.size());
  }

  /** Returns the path of a shard, which must be in the directory of the index. */
  private static Path shard(Path directory, Path index, String tensor, JsonNode fileName)
      throws CheckpointException {
    String name = fileName.isTextual() ? fileName.textValue() : "";
    boolean plain =
        name.endsWith(".safetensors")
            && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    if (!plain) {
      throw new CheckpointException(
          "%s: weight_map.%s: %s (expected: the name of a .safetensors file beside it)"
              .formatted(index, tensor, fileName));
    }
    Path shard = directory.resolve(name);
    if (!Files.isRegularFile(shard)) {
      throw new CheckpointException(
          "%s: missing (expected: a file with tensor %s, as %s says)"
              .formatted(shard, tensor, INDEX_FILE_NAME));
    }
    return shard;
  }
}
