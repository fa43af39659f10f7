package io.groundstream.kosmos2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints with a single fault, and the message that reports it. */
class CheckpointDamageTest {
  private static final String NORM = "text_model.model.layer_norm.weight";

  @TempDir Path directory;
  MiniatureCheckpoint miniature;

  @BeforeEach
  void makeCheckpoint() {
    miniature = MiniatureCheckpoint.in(directory);
  }

  @Test
  void nothingWrong() throws Exception {
    miniature.write();
    assertThat(Checkpoint.open(directory).tensors()).hasSameSizeAs(miniature.tensors);
  }

  @Test
  void noDirectory() {
    Path nowhere = directory.resolve("nowhere");
    assertThatThrownBy(() -> Checkpoint.open(nowhere))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: no such directory (expected: a Kosmos-2 checkpoint with config.json)", nowhere);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "preprocessor_config.json", "tokenizer.json"})
  void fileMissing(String file) throws Exception {
    miniature.write();
    Files.delete(directory.resolve(file));
    refused().withMessageStartingWith("%s: missing", directory.resolve(file));
  }

  @Test
  void weightsMissing() throws Exception {
    miniature.write();
    Files.delete(weights());
    refused()
        .withMessage(
            "%s: missing, and so is model.safetensors.index.json (expected: one of them)",
            weights());

    Files.createFile(directory.resolve("pytorch_model.bin"));
    refused().withMessageContaining("pytorch_model.bin is not read, save it as safetensors");

    Files.createFile(directory.resolve("model.fp16.safetensors"));
    refused()
        .withMessageContaining(
            "model.fp16.safetensors is a variant, rename it or save it without one");
  }

  @Test
  void truncated() throws Exception {
    miniature.write();
    byte[] bytes = Files.readAllBytes(weights());
    Files.write(weights(), Arrays.copyOf(bytes, bytes.length - 1));
    refused()
        .withMessageStartingWith(weights() + ": tensor ")
        .withMessageContaining("within the file's")
        .withMessageEndingWith("was it cut off?)");

    Files.write(weights(), Arrays.copyOf(bytes, 100));
    refused().withMessageContaining("in a file of 100 (expected: a larger file; was it cut off?)");

    Files.write(weights(), Arrays.copyOf(bytes, 5));
    refused().withMessageStartingWith("%s: 5 bytes (expected: a safetensors file", weights());
  }

  @Test
  void tensorMissing() throws Exception {
    miniature.tensors.remove(NORM);
    miniature.write();
    refused()
        .withMessage(
            "%s: tensor %s: missing (expected: shape [8], as config.json says)", weights(), NORM);
  }

  @Test
  void tensorMissingInShards() throws Exception {
    miniature.tensors.remove(NORM);
    miniature.writeSharded();
    refused()
        .withMessage(
            "%s and its 2 files: tensor %s: missing (expected: shape [8], as config.json says)",
            directory.resolve("model.safetensors.index.json"), NORM);
  }

  @Test
  void untiedHeadMissing() throws Exception {
    miniature.config.put("tie_word_embeddings", false);
    miniature.text().put("tie_word_embeddings", false);
    miniature.write();
    refused()
        .withMessage(
            "%s: tensor text_model.lm_head.weight: missing"
                + " (expected: shape [20, 8], as config.json says)",
            weights());
  }

  @Test
  void wrongShape() throws Exception {
    miniature.add(NORM, "F32", 4, 9);
    miniature.write();
    refused()
        .withMessage(
            "%s: tensor %s: shape [9] (expected: [8], as config.json says)", weights(), NORM);
  }

  @Test
  void wrongElementType() throws Exception {
    miniature.add(NORM, "F64", 8, 8);
    miniature.write();
    refused()
        .withMessage(
            "%s: tensor %s: element type F64 (expected: one of [F32, F16, BF16])", weights(), NORM);
  }

  @Test
  void configurationOfMoreLayersThanWeights() throws Exception {
    miniature.text().put("layers", 3);
    miniature.write();
    refused()
        .withMessageContaining("tensor text_model.model.layers.2.")
        .withMessageContaining("missing");
  }

  @Test
  void otherArchitecture() throws Exception {
    miniature.config.put("model_type", "llava");
    miniature.write();
    refused()
        .withMessage(
            "%s: model_type: \"llava\""
                + " (expected: \"kosmos-2\", the only architecture that is supported)",
            directory.resolve("config.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.safetensors",
        "/etc/model.safetensors",
        "sub/model.safetensors",
        "..\\model.safetensors",
        "C:model.safetensors",
        "model\u0000.safetensors",
        "..",
        "",
        "config.json"
      })
  void shardThatLeadsElsewhere(String shard) throws Exception {
    miniature.write();
    Files.delete(weights());
    ObjectNode weightMap = MiniatureCheckpoint.JSON.createObjectNode();
    weightMap.put(NORM, shard);
    miniature.writeIndex(weightMap);
    refused()
        .withMessageContaining("model.safetensors.index.json: weight_map." + NORM)
        .withMessageEndingWith("(expected: the name of a .safetensors file beside it)");
  }

  @Test
  void shardMissing() throws Exception {
    miniature.writeSharded();
    Path shard = directory.resolve(MiniatureCheckpoint.shardName(1));
    Files.delete(shard);
    refused()
        .withMessageStartingWith("%s: missing (expected: a file with tensor ", shard)
        .withMessageEndingWith(", as model.safetensors.index.json says)");
  }

  @Test
  void shardWithoutItsTensor() throws Exception {
    miniature.writeSharded();
    ObjectNode weightMap = MiniatureCheckpoint.JSON.createObjectNode();
    weightMap.put("no.such.tensor", MiniatureCheckpoint.shardName(0));
    miniature.writeIndex(weightMap);
    refused()
        .withMessage(
            "%s: tensor no.such.tensor: missing"
                + " (expected: here, as model.safetensors.index.json says)",
            directory.resolve(MiniatureCheckpoint.shardName(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"weight_map\": []}", "{\"weight_map\": {}}"})
  void indexWithoutTensors(String index) throws Exception {
    miniature.writeSharded();
    Files.writeString(directory.resolve("model.safetensors.index.json"), index);
    refused().withMessageContaining("(expected: an object of tensor names and file names)");
  }

  @Test
  void fileBecameShorterAfterItWasOpened() throws Exception {
    miniature.write();
    Checkpoint checkpoint = Checkpoint.open(directory);
    TensorInfo tensor = Objects.requireNonNull(checkpoint.tensors().get(NORM));
    Files.write(weights(), new byte[10]);
    assertThatThrownBy(() -> checkpoint.map(tensor))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("%s: 10 bytes (expected: at least ", weights());
    try (TensorReader reader = checkpoint.reader(tensor)) {
      assertThatThrownBy(() -> reader.read(ByteBuffer.allocate(1000)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("%s: 10 bytes (expected: at least ", weights());
    }
  }

  private Path weights() {
    return directory.resolve("model.safetensors");
  }

  private ThrowableAssertAlternative<CheckpointException> refused() {
    return Assertions.assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(directory));
  }
}
