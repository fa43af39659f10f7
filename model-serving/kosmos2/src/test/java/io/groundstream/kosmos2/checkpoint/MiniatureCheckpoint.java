package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint of a few kilobytes that a test writes into its own directory to damage one part of
 * it: its parts are mutable until {@link #write()}, its files afterwards.
 */
final class MiniatureCheckpoint {
  static final JsonMapper JSON = new JsonMapper();

  /** A tensor as described in the header; all its bytes are {@code fill}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tensor(String type, int elementSize, long[] shape, byte fill) {
    int byteCount() {
      long count = elementSize;
      for (long dimension : shape) {
        count *= dimension;
      }
      return (int) count;
    }
  }

  final Path directory;
  final ObjectNode config;
  final ObjectNode preprocessor;
  final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private MiniatureCheckpoint(Path directory, ObjectNode config, ObjectNode preprocessor) {
    this.directory = directory;
    this.config = config;
    this.preprocessor = preprocessor;
  }

  /** Creates a valid tied checkpoint in single precision. */
  static MiniatureCheckpoint in(Path directory) {
    try {
      ObjectNode config =
          (ObjectNode)
              JSON.readTree(
                  """
                  {"model_type": "kosmos-2", "latent_query_num": 3,
                   "text_config": {"vocab_size": 20, "embed_dim": 8, "layers": 2, "ffn_dim": 10,
                                   "attention_heads": 2, "max_position_embeddings": 32},
                   "vision_config": {"hidden_size": 6, "intermediate_size": 7,
                                     "num_hidden_layers": 1, "num_attention_heads": 3,
                                     "image_size": 9, "patch_size": 4}}
                  """);
      ObjectNode preprocessor =
          (ObjectNode)
              JSON.readTree(
                  """
                  {"size": {"height": 9, "width": 9}, "do_center_crop": false}
                  """);
      MiniatureCheckpoint checkpoint = new MiniatureCheckpoint(directory, config, preprocessor);
      checkpoint.writeConfig();
      NetworkTensors.shapes(ConfigReader.read(directory))
          .forEach((name, shape) -> checkpoint.add(name, "F32", 4, shape));
      return checkpoint;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ObjectNode text() {
    return (ObjectNode) config.get("text_config");
  }

  ObjectNode vision() {
    return (ObjectNode) config.get("vision_config");
  }

  void add(String name, String type, int elementSize, long... shape) {
    tensors.put(name, new Tensor(type, elementSize, shape, (byte) (tensors.size() + 1)));
  }

  MiniatureCheckpoint write() throws IOException {
    writeRest();
    writeWeights("model.safetensors", tensors);
    return this;
  }

  /** Writes the tensors alternately into two shards, with an index. */
  MiniatureCheckpoint writeSharded() throws IOException {
    writeRest();
    List<Map<String, Tensor>> shards = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    ObjectNode weightMap = JSON.createObjectNode();
    for (String name : tensors.keySet()) {
      int shard = weightMap.size() % 2;
      shards.get(shard).put(name, tensors.get(name));
      weightMap.put(name, shardName(shard));
    }
    for (int i = 0; i < 2; i++) {
      writeWeights(shardName(i), shards.get(i));
    }
    writeIndex(weightMap);
    return this;
  }

  static String shardName(int shard) {
    return "model-0000%d-of-00002.safetensors".formatted(shard + 1);
  }

  void writeIndex(ObjectNode weightMap) throws IOException {
    ObjectNode index = JSON.createObjectNode();
    index.set("weight_map", weightMap);
    JSON.writeValue(directory.resolve("model.safetensors.index.json").toFile(), index);
  }

  private void writeConfig() throws IOException {
    JSON.writeValue(directory.resolve("config.json").toFile(), config);
  }

  private void writeRest() throws IOException {
    writeConfig();
    JSON.writeValue(directory.resolve("preprocessor_config.json").toFile(), preprocessor);
    Files.writeString(directory.resolve("tokenizer.json"), "{}");
  }

  private void writeWeights(String fileName, Map<String, Tensor> contents) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    int end = 0;
    List<Tensor> inOrder = new ArrayList<>();
    for (Map.Entry<String, Tensor> named : contents.entrySet()) {
      Tensor tensor = named.getValue();
      ObjectNode entry = header.putObject(named.getKey());
      entry.put("dtype", tensor.type());
      ArrayNode shape = entry.putArray("shape");
      for (long dimension : tensor.shape()) {
        shape.add(dimension);
      }
      entry.putArray("data_offsets").add(end).add(end + tensor.byteCount());
      end += tensor.byteCount();
      inOrder.add(tensor);
    }
    ByteBuffer data = ByteBuffer.allocate(end);
    for (Tensor tensor : inOrder) {
      for (int i = 0; i < tensor.byteCount(); i++) {
        data.put(tensor.fill());
      }
    }
    Files.write(directory.resolve(fileName), safetensors(header.toString(), data.array()));
  }

  /** Returns the bytes of a safetensors file with the given header and data, valid or not. */
  static byte[] safetensors(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }
}
