package io.groundstream.kosmos2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real checkpoints as written by transformers, in all supported forms. */
class CheckpointTest {
  private static final Path DEMO = Path.of("../demo-checkpoint");

  @TempDir Path directory;

  @Test
  void readsTheConfigurationOfARandomCheckpoint() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(randomTiny());

    assertThat(checkpoint.config())
        .isEqualTo(
            new Kosmos2Config(
                new TextConfig(1201, 2048, 64, 3, 160, 4, Activation.GELU, 1e-5, true, 1, 0, 2),
                new VisionConfig(48, 96, 2, 3, 3, 224, 14, Activation.QUICK_GELU, 1e-5),
                64,
                true));
    assertThat(checkpoint.config().vision().positions()).isEqualTo(257);
    assertThat(checkpoint.tokenizerFile()).isRegularFile();
    assertThat(checkpoint.directory()).isEqualTo(randomTiny());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"quant_method\": \"gptq\", \"bits\": 4, \"group_size\": 32}      | gptq, 4 bits",
        "{\"quant_method\": \"awq\", \"bits\": 4}                         | awq, 4 bits",
        "{\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true}     | bitsandbytes, 4 bits",
        "{\"quant_method\": \"bitsandbytes\", \"load_in_8bit\": true}     | bitsandbytes, 8 bits",
        "{\"quant_method\": \"fp8\", \"activation_scheme\": \"dynamic\"}  | fp8",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"x\"}    | compressed-tensors",
        "{\"quant_method\": \"torchao\", \"quant_type\": {}}              | torchao",
        "{\"quant_type\": \"int4\"}                                       | int4",
        "{\"bits\": 3}                                                    | an unnamed method, 3"
            + " bits",
      })
  void quantisedWeightsAreRefusedByName(String quantised, String method) throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.config.set("quantization_config", MiniatureCheckpoint.JSON.readTree(quantised));
    miniature.write();
    assertThatThrownBy(() -> Checkpoint.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("weights quantised by " + method + " (expected")
        .hasMessageContaining("dequantize()");

    miniature.config.remove("quantization_config");
    miniature.text().set("quantization_config", MiniatureCheckpoint.JSON.readTree(quantised));
    miniature.write();
    assertThatThrownBy(() -> Checkpoint.open(directory)).hasMessageContaining(method);
  }

  @Test
  void filesOfOtherRuntimesAreRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("kosmos-2.Q4_K_M.gguf"), "GGUF");
    for (Path path : new Path[] {directory, file}) {
      assertThatThrownBy(() -> Checkpoint.open(path))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("a GGUF file");
    }
  }

  @Test
  void whatIsNotFollowedIsNamed() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory).write();
    Path file = directory.resolve("generation_config.json");
    assertThat(Checkpoint.openNetwork(directory).remarks()).isEmpty();

    Files.writeString(
        file,
        """
        {"eos_token_id": 2, "pad_token_id": 1, "use_cache": true, "no_repeat_ngram_size": 0,
         "repetition_penalty": 1, "num_beams": 1, "do_sample": false, "min_length": 0,
         "forced_eos_token_id": null, "temperature": 0.7, "suppress_tokens": []}
        """);
    assertThat(Checkpoint.openNetwork(directory).remarks()).isEmpty();

    Files.writeString(
        file,
        """
        {"eos_token_id": [2, 7], "no_repeat_ngram_size": 3, "repetition_penalty": 1.2,
         "num_beams": 4, "do_sample": true, "min_length": 5, "min_new_tokens": 2,
         "forced_bos_token_id": 3, "suppress_tokens": [1, 2], "begin_suppress_tokens": [4]}
        """);
    miniature.text().put("forced_eos_token_id", 2);
    miniature.write();
    assertThat(Checkpoint.openNetwork(directory).remarks())
        .hasSize(10)
        .allMatch(remark -> remark.contains("is not followed"))
        .anyMatch(remark -> remark.contains("eos_token_id: [2,7]"))
        .anyMatch(remark -> remark.contains("grounding.repetition-penalty"))
        .anyMatch(remark -> remark.contains("config.json: forced_eos_token_id: 2"));
    assertThat(Checkpoint.openNetwork(directory).noRepeatNgramSize()).isEqualTo(3);
    assertThat(Checkpoint.open(DEMO).noRepeatNgramSize()).isZero();
    assertThat(Checkpoint.open(DEMO).remarks()).isEmpty();
  }

  @Test
  void needsExactlyTheTensorsThatTransformersWrites() throws Exception {
    for (Path real : new Path[] {randomTiny(), DEMO}) {
      Path weights = real.resolve("model.safetensors");
      assertThat(Checkpoint.open(real).tensors())
          .containsOnlyKeys(SafetensorsHeader.read(weights).keySet());
    }
  }

  @Test
  void readsTheDemoCheckpointInBrainFloatingPoint() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(DEMO);

    assertThat(checkpoint.tensors().values())
        .hasSize(165)
        .allSatisfy(tensor -> assertThat(tensor.type()).isEqualTo(ElementType.BF16));
    assertThat(checkpoint.weightBytes()).isEqualTo(8362752);
    assertThat(checkpoint.config().vision().patchSize()).isEqualTo(16);
  }

  @Test
  void mapsTheBytesOfEachTensor() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(randomTiny());
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(randomTiny().resolve("model.safetensors")));

    for (TensorInfo tensor : checkpoint.tensors().values()) {
      ByteBuffer mapped = checkpoint.map(tensor);
      assertThat(mapped.isDirect()).isTrue();
      assertThat(mapped.isReadOnly()).isTrue();
      assertThat(mapped.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(mapped).isEqualTo(file.slice((int) tensor.offset(), (int) tensor.byteCount()));
    }
    // As read by NumPy.
    TensorInfo norm =
        Objects.requireNonNull(checkpoint.tensors().get("text_model.model.layer_norm.weight"));
    assertThat(checkpoint.map(norm).asFloatBuffer().get(0)).isCloseTo(1.06269180f, within(1e-6f));
  }

  @Test
  void readsTheBytesOfEachTensorInPieces() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(randomTiny());
    ByteBuffer piece = ByteBuffer.allocateDirect(1000);
    for (TensorInfo tensor : checkpoint.tensors().values()) {
      ByteBuffer read = ByteBuffer.allocate((int) tensor.byteCount());
      try (TensorReader reader = checkpoint.reader(tensor)) {
        while (reader.remaining() > 0) {
          reader.read(piece.clear());
          assertThat(piece.limit()).isEqualTo(1000);
          read.put(piece.flip());
        }
        reader.read(piece.clear());
        assertThat(piece.position()).isZero();
      }
      assertThat(read.flip()).as(tensor.name()).isEqualTo(checkpoint.map(tensor));
    }
  }

  @Test
  void revisionIsTheDigestOfTheWeights() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(DEMO);

    assertThat(checkpoint.revision())
        .isEqualTo("sha256:15800b2ada2dd4816e95d7671b29f1e1252a654efa00b9c99666f4a5a6631091")
        .isEqualTo(checkpoint.revision());
  }

  @Test
  void revisionOfShardsIsTheDigestOfOneAfterTheOther() throws Exception {
    Checkpoint checkpoint =
        Checkpoint.open(MiniatureCheckpoint.in(directory).writeSharded().directory);

    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(Files.readAllBytes(directory.resolve(MiniatureCheckpoint.shardName(0))));
    digest.update(Files.readAllBytes(directory.resolve(MiniatureCheckpoint.shardName(1))));
    assertThat(checkpoint.revision())
        .isEqualTo("sha256:" + HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void shardsHoldTheSameTensorsAsOneFile() throws Exception {
    Checkpoint sharded =
        Checkpoint.open(MiniatureCheckpoint.in(directory).writeSharded().directory);

    assertThat(sharded.tensors().values().stream().map(TensorInfo::file).distinct()).hasSize(2);
    assertFilledAsWritten(sharded, MiniatureCheckpoint.in(directory).tensors);
  }

  @Test
  void theSingleFileGoesBeforeShards() throws Exception {
    MiniatureCheckpoint.in(directory).writeSharded().write();

    assertThat(Checkpoint.open(directory).tensors().values())
        .allSatisfy(
            tensor -> assertThat(tensor.file()).isEqualTo(directory.resolve("model.safetensors")));
  }

  @Test
  void typesMayDifferFromTensorToTensor() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.add("text_model.model.layer_norm.weight", "F16", 2, 8);
    miniature.add("text_model.model.layer_norm.bias", "BF16", 2, 8);
    Map<String, TensorInfo> tensors = Checkpoint.open(miniature.write().directory).tensors();

    assertThat(tensors.get("text_model.model.layer_norm.weight"))
        .extracting(TensorInfo::type)
        .isEqualTo(ElementType.F16);
    assertThat(tensors.get("text_model.model.layer_norm.bias"))
        .extracting(TensorInfo::type)
        .isEqualTo(ElementType.BF16);
  }

  @Test
  void toleratesTensorsThatItDoesNotKnow() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.add("vision_model.model.embeddings.position_ids", "I64", 8, 1, 5);
    miniature.add("something.of.a.later.type", "F6_E3M2", 1, 5);

    assertThat(Checkpoint.open(miniature.write().directory).tensors())
        .doesNotContainKeys(
            "vision_model.model.embeddings.position_ids", "something.of.a.later.type");
  }

  @Test
  void anUntiedHeadIsATensorOfItsOwn() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.config.put("tie_word_embeddings", false);
    miniature.text().put("tie_word_embeddings", false);
    miniature.add(NetworkTensors.HEAD, "F32", 4, 20, 8);
    Checkpoint checkpoint = Checkpoint.open(miniature.write().directory);

    assertThat(checkpoint.config().tieWordEmbeddings()).isFalse();
    assertThat(checkpoint.tensors()).containsKey(NetworkTensors.HEAD);
  }

  @Test
  void isTiedWhenEitherConfigurationSaysSo() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.config.put("tie_word_embeddings", false);
    assertThat(Checkpoint.open(miniature.write().directory).config().tieWordEmbeddings()).isTrue();

    miniature.config.put("tie_word_embeddings", true);
    miniature.text().put("tie_word_embeddings", false);
    assertThat(Checkpoint.open(miniature.write().directory).config().tieWordEmbeddings()).isTrue();
  }

  @Test
  void aTiedHeadAloneStandsForTheEmbedding() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    MiniatureCheckpoint.Tensor embedding =
        Objects.requireNonNull(miniature.tensors.remove(NetworkTensors.EMBEDDING));
    miniature.tensors.put(NetworkTensors.HEAD, embedding);
    Checkpoint checkpoint = Checkpoint.open(miniature.write().directory);

    TensorInfo tensor = checkpoint.tensors().get(NetworkTensors.EMBEDDING);
    assertThat(tensor).isNotNull();
    assertThat(checkpoint.map(Objects.requireNonNull(tensor)).get(0)).isEqualTo(embedding.fill());
    assertThat(checkpoint.tensors()).doesNotContainKey(NetworkTensors.HEAD);
  }

  @Test
  void aTiedHeadThatEqualsTheEmbeddingIsLeftOut() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.tensors.put(
        NetworkTensors.HEAD,
        Objects.requireNonNull(miniature.tensors.get(NetworkTensors.EMBEDDING)));
    Checkpoint checkpoint = Checkpoint.open(miniature.write().directory);

    assertThat(checkpoint.config().tieWordEmbeddings()).isTrue();
    assertThat(checkpoint.tensors()).doesNotContainKey(NetworkTensors.HEAD);
  }

  @Test
  void aHeadThatDiffersIsNotTiedWhateverTheConfigurationSays() throws Exception {
    MiniatureCheckpoint miniature = MiniatureCheckpoint.in(directory);
    miniature.add(NetworkTensors.HEAD, "F32", 4, 20, 8);
    Checkpoint checkpoint = Checkpoint.open(miniature.write().directory);

    assertThat(checkpoint.config().tieWordEmbeddings()).isFalse();
    assertFilledAsWritten(checkpoint, miniature.tensors);
  }

  @Test
  void weightsMayBeSymbolicLinks() throws Exception {
    // As in the hub's cache, whose snapshots link to blobs.
    Path snapshot = Files.createDirectory(directory.resolve("snapshot"));
    MiniatureCheckpoint.in(snapshot).writeSharded();
    Path shard = snapshot.resolve(MiniatureCheckpoint.shardName(1));
    Path blob = Files.move(shard, directory.resolve("blob"));
    Files.createSymbolicLink(shard, blob);

    assertThat(Checkpoint.open(snapshot).tensors()).isNotEmpty();
  }

  private static void assertFilledAsWritten(
      Checkpoint checkpoint, Map<String, MiniatureCheckpoint.Tensor> written) throws Exception {
    assertThat(checkpoint.tensors()).containsOnlyKeys(written.keySet());
    for (TensorInfo tensor : checkpoint.tensors().values()) {
      ByteBuffer bytes = checkpoint.map(tensor);
      byte fill = Objects.requireNonNull(written.get(tensor.name())).fill();
      while (bytes.hasRemaining()) {
        assertThat(bytes.get()).as(tensor.name()).isEqualTo(fill);
      }
    }
  }

  private static Path randomTiny() throws URISyntaxException {
    URL config = CheckpointTest.class.getResource("/checkpoints/random-tiny/config.json");
    return Objects.requireNonNull(Path.of(Objects.requireNonNull(config).toURI()).getParent());
  }
}
