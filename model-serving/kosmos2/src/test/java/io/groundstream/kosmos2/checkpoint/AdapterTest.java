package io.groundstream.kosmos2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LoRA adapters: the weights that PEFT 0.21 merged, and what is wrong with others. */
class AdapterTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path TINY = RESOURCES.resolve("checkpoints/random-tiny");
  private static final Path PLAIN = RESOURCES.resolve("adapters/plain");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "plain, random-tiny, 12",
    "patterns, random-untied-f32, 25",
    "bias, random-sharded-f16, 35",
    "lora-bias, random-tiny, 8"
  })
  void mergedWeightsEqualThoseOfPeft(String name, String base, int changed) throws Exception {
    Path folder = RESOURCES.resolve("checkpoints").resolve(base);
    Checkpoint plain = Checkpoint.open(folder);
    Checkpoint adapted = Checkpoint.open(folder, RESOURCES.resolve("adapters").resolve(name));

    List<String> lines =
        Files.readAllLines(RESOURCES.resolve("goldens/adapter-" + name + "-merged.jsonl"));
    assertThat(lines).hasSizeGreaterThanOrEqualTo(changed);
    Set<String> names = new HashSet<>();
    for (String line : lines) {
      JsonNode merged = MiniatureCheckpoint.JSON.readTree(line);
      names.add(merged.get("tensor").asText());
      float[] values = values(adapted, merged.get("tensor").asText());
      for (int i = 0; i < merged.get("indices").size(); i++) {
        int index = merged.get("indices").get(i).asInt();
        float expected = (float) merged.get("values").get(i).asDouble();
        // Sums of few products, in another order.
        assertThat(values[index])
            .as("%s, element %d", merged.get("tensor"), index)
            .isCloseTo(expected, within(4e-7f * Math.max(1, Math.abs(expected))));
      }
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      assertThat(sum).isCloseTo(merged.get("sum").asDouble(), within(1e-6 * values.length));
    }
    for (String tensor : plain.tensors().keySet()) {
      if (!names.contains(tensor)) {
        assertThat(values(adapted, tensor)).as(tensor).isEqualTo(values(plain, tensor));
      }
    }
    assertThat(adapted.revision()).isNotEqualTo(plain.revision());
  }

  @Test
  void isFoundWherePeoplePlaceIt() throws Exception {
    // Beside the weights.
    copy(TINY, directory.resolve("base"));
    copy(PLAIN, directory.resolve("both"));
    copy(TINY, directory.resolve("both"));
    assertThat(Checkpoint.open(directory.resolve("both")).adaptedCount()).isEqualTo(12);

    // Alone, with the name of a folder.
    Path alone = directory.resolve("alone");
    copy(PLAIN, alone);
    edit(alone, "base_model_name_or_path", "\"../base\"");
    Checkpoint checkpoint = Checkpoint.open(alone);
    assertThat(checkpoint.adaptedCount()).isEqualTo(12);
    assertThat(checkpoint.adapter()).isEqualTo(alone);
    assertThat(checkpoint.revision())
        .isNotEqualTo(Checkpoint.open(directory.resolve("base")).revision());

    // Alone, with a name on the hub.
    edit(alone, "base_model_name_or_path", "\"microsoft/kosmos-2-patch14-224\"");
    assertThatThrownBy(() -> Checkpoint.open(alone))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("an adapter of microsoft/kosmos-2-patch14-224")
        .hasMessageContaining("--adapter, this folder");

    assertThatThrownBy(() -> Checkpoint.open(directory.resolve("both"), PLAIN))
        .hasMessageContaining("an adapter, too");
    assertThatThrownBy(() -> Checkpoint.open(TINY, TINY))
        .hasMessageContaining("adapter_config.json: missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "peft_type | \"IA3\" | peft_type: \"IA3\"",
        "use_dora | true | use_dora: true",
        "init_lora_weights | \"pissa_niter_4\" | init_lora_weights: \"pissa_niter_4\"",
        "alora_invocation_tokens | [7] | alora_invocation_tokens: [7]",
        "layer_replication | [[0, 2]] | layer_replication: [[0,2]]",
        "target_parameters | [\"experts\"] | target_parameters: [\"experts\"]",
      })
  void otherMethodsAreRefusedByNameWithWhatToDo(String key, String value, String message)
      throws Exception {
    Path adapter = edited(key, value);
    assertThatThrownBy(() -> Checkpoint.open(TINY, adapter))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("adapter_config.json: " + message)
        .hasMessageContaining("merge_and_unload()");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "r ; 4 ; shape [8, 64] (expected: [4, 64], by the checkpoint",
        "r ; 0 ; r: 0 (expected: a whole number from 1 to 16384)",
        "lora_alpha ; \"x\" ; lora_alpha: \"x\" (expected: a number",
        "target_modules ; [\"q_proj\"] ; v_proj: not in target_modules",
        "target_modules ; [\"q_proj\", \"v_proj\", \"fc1\"] ; fc1: missing (expected: its lora_A",
        "target_modules ; \"(\" ; a regular expression: Unclosed group",
        "target_modules ; \"((.|..)+)+!\" ; a simple regular expression: takes too long",
        "rank_pattern ; {\"q_proj\": -1} ; q_proj: a number from 1.0 to 16384.0",
        "layers_to_transform ; [1] ; not in target_modules",
      })
  void settingsThatContradictTheFilesAreRefused(String key, String value, String message)
      throws Exception {
    Path adapter = edited(key, value);
    assertThatThrownBy(() -> Checkpoint.open(TINY, adapter))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theMostCommonConfigurationIsRead() throws Exception {
    // Without what older releases of PEFT did not write.
    Path adapter = directory.resolve("adapter");
    copy(PLAIN, adapter);
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        """
        {"base_model_name_or_path": "microsoft/kosmos-2-patch14-224", "bias": "none",
         "fan_in_fan_out": false, "inference_mode": true, "lora_alpha": 16, "lora_dropout": 0.05,
         "peft_type": "LORA", "peft_version": "0.19.0", "r": 8,
         "target_modules": ["q_proj", "v_proj"], "task_type": null}
        """);
    assertThat(Checkpoint.open(TINY, adapter).adaptedCount()).isEqualTo(12);
  }

  @Test
  void pickledAndMissingWeightsAreRefused() throws Exception {
    Path adapter = directory.resolve("adapter");
    copy(PLAIN, adapter);
    Files.delete(adapter.resolve("adapter_model.safetensors"));
    assertThatThrownBy(() -> Checkpoint.open(TINY, adapter))
        .hasMessageContaining("adapter_model.safetensors: missing");
    Files.createFile(adapter.resolve("adapter_model.bin"));
    assertThatThrownBy(() -> Checkpoint.open(TINY, adapter))
        .hasMessageContaining("adapter_model.bin: a pickle")
        .hasMessageContaining("save_pretrained(folder)");
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() {
    Path other = RESOURCES.resolve("checkpoints/random-sharded-f16");
    assertThatThrownBy(() -> Checkpoint.open(other, PLAIN))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("adapter_model.safetensors: ");
  }

  @Test
  void tensorsOfOtherPartsAreRefused() throws Exception {
    assertRefused("base_model.model.text_model.lm_head.lora_magnitude_vector", "DoRA");
    assertRefused("base_model.model.text_model.model.embed_tokens.lora_embedding_A", "embedding_A");
    assertRefused("base_model.model.some.module.weight", "a tensor of the checkpoint");
    assertRefused("base_model.model.text_model.model.embed_tokens.weight", "shape [1]");
  }

  private void assertRefused(String tensor, String message) throws Exception {
    Path adapter = directory.resolve("adapter");
    copy(PLAIN, adapter);
    ObjectNode header = MiniatureCheckpoint.JSON.createObjectNode();
    header
        .putObject(tensor)
        .put("dtype", "F32")
        .<ObjectNode>set("shape", MiniatureCheckpoint.JSON.readTree("[1]"))
        .set("data_offsets", MiniatureCheckpoint.JSON.readTree("[0, 4]"));
    Files.write(
        adapter.resolve("adapter_model.safetensors"),
        MiniatureCheckpoint.safetensors(header.toString(), new byte[4]));
    assertThatThrownBy(() -> Checkpoint.open(TINY, adapter))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(tensor.replace("base_model.model.", ""))
        .hasMessageContaining(message);
  }

  private Path edited(String key, String value) throws Exception {
    Path adapter = directory.resolve("adapter");
    copy(PLAIN, adapter);
    edit(adapter, key, value);
    return adapter;
  }

  private static void edit(Path adapter, String key, String value) throws Exception {
    Path file = adapter.resolve("adapter_config.json");
    ObjectNode config = (ObjectNode) MiniatureCheckpoint.JSON.readTree(file.toFile());
    config.set(key, MiniatureCheckpoint.JSON.readTree(value));
    MiniatureCheckpoint.JSON.writeValue(file.toFile(), config);
  }

  private static void copy(Path from, Path to) throws Exception {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            to.resolve(Objects.requireNonNull(file.getFileName())),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** Returns a tensor's elements, with what an adapter adds to them. */
  private static float[] values(Checkpoint checkpoint, String name) throws Exception {
    TensorInfo tensor = Objects.requireNonNull(checkpoint.tensors().get(name));
    ByteBuffer bytes = checkpoint.map(tensor);
    float[] values = new float[bytes.remaining() / tensor.type().byteSize()];
    FloatBuffer buffer = FloatBuffer.wrap(values);
    tensor.type().toFloats(bytes, buffer);
    LowRankUpdate update = checkpoint.update(tensor);
    if (update != null) {
      // In pieces that end within rows.
      for (int first = 0; first < values.length; first += 1001) {
        FloatBuffer piece = buffer.duplicate().position(first).slice();
        update.addTo(piece, Math.min(1001, values.length - first), first);
      }
    }
    return values;
  }
}
